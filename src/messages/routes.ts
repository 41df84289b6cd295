import { asc, eq } from 'drizzle-orm'
import { Hono } from 'hono'
import { senderOf } from '../accounts/sender.ts'
import { systemSettings } from '../settings/reading.ts'
import type { C, Env } from '../web/env.ts'
import { framed } from '../web/framed.ts'
import type { State } from '../web/layout.ts'
import { changed, page, tell, wantsFragment } from '../web/respond.ts'
import { sellersOnly } from '../web/signed-in.ts'
import { findMessage, mayHandle } from './access.ts'
import { isTemplate, type Template, templates } from './catalogue.ts'
import { confirmSent, sendAgain, sendAllAgain, withdraw } from './decision.ts'
import { type Letter, letter } from './letter.ts'
import { kindOf } from './list-fields.ts'
import { type Delivery, deliveries, type Message } from './schema.ts'
import { deliveryOutcomes, messageStates } from './states.ts'
import { typedHtml } from './typed.ts'
import { mask, written } from './written.ts'

export interface MessagePage {
  message: Message
  /** as it was sent, or as it would be now */
  letter: Pick<Letter, 'subject' | 'plain'>
  sender: string
  kind: string
  state: State
  deliveries: (Delivery & { told: State })[]
  /** seconds after which it looks again, 0 when nothing happens by itself */
  refresh: number
  may: { sendAgain: boolean; withdraw: boolean; confirm: boolean }
}

const one = '/outbox/:id{[1-9][0-9]{0,14}}'

export const outboxRoutes = new Hono<Env>()

  .use('/outbox/*', sellersOnly)

  // A reload of what the frame shows.
  .get('/outbox/preview', (c) => c.redirect('/outbox', 303))

  // What was typed into any form for a message; the rest of that form is not looked at.
  .post('/outbox/preview', (c) => {
    const typed = typedHtml((c.var.form.get('message') ?? '').slice(0, longestPreview))
    return framed(c, letter({ subject: '', html: typed }, {}, 'en').html)
  })

  .get('/outbox/delivery', (c) => c.redirect('/outbox', 303))

  .post('/outbox/delivery', async (c) => {
    const count = await sendAllAgain(c.var.db, c.var.actor)
    tell(c, '{count} {count|message is|messages are} on their way again.', { count })
    return changed(c, '/outbox')
  })

  .get(one, async (c) => {
    const data = await messagePage(c)
    return page(c, wantsFragment(c) ? 'messages/_message' : 'messages/show', data)
  })

  .get(`${one}/content`, async (c) => framed(c, (await letterOf(c, await message(c))).html))

  .get(`${one}/delivery`, (c) => c.redirect(`/outbox/${id(c)}`, 303))

  .post(`${one}/delivery`, async (c) => {
    await sendAgain(c.var.db, c.var.actor, id(c))
    tell(c, 'The message is on its way again.')
    return changed(c, `/outbox/${id(c)}`)
  })

  .get(`${one}/withdrawal`, (c) => c.redirect(`/outbox/${id(c)}`, 303))

  .post(`${one}/withdrawal`, async (c) => {
    await withdraw(c.var.db, c.var.actor, id(c))
    tell(c, 'The message will not be sent.')
    return changed(c, `/outbox/${id(c)}`)
  })

  .get(`${one}/arrival`, (c) => c.redirect(`/outbox/${id(c)}`, 303))

  .post(`${one}/arrival`, async (c) => {
    await confirmSent(c.var.db, c.var.actor, id(c))
    tell(c, 'The message counts as sent.')
    return changed(c, `/outbox/${id(c)}`)
  })

const longestPreview = 200_000

const id = (c: C) => Number(c.req.param('id'))
const message = (c: C) => findMessage(c.var.db, c.var.actor, id(c))

async function messagePage(c: C): Promise<MessagePage> {
  const found = await message(c)
  const [letter, tried, { sender }] = await Promise.all([
    letterOf(c, found),
    c.var.db
      .select()
      .from(deliveries)
      .where(eq(deliveries.messageId, found.id))
      .orderBy(asc(deliveries.number)),
    systemSettings(c.var.db),
  ])
  const may = mayHandle(c.var.actor, found)
  const open = found.state === 'waiting' || found.state === 'failed' || found.state === 'unknown'
  return {
    message: found,
    letter,
    sender: found.sender || (sender ?? ''),
    kind: kindOf(found.template),
    state: messageStates[found.state],
    deliveries: tried.map((one) => ({ ...one, told: deliveryOutcomes[one.outcome ?? 'underWay'] })),
    refresh: found.state === 'waiting' || found.state === 'sending' ? 2 : 0,
    may: {
      sendAgain:
        may && (open || found.state === 'withdrawn') && !(found.goodUntil && !found.sealed),
      withdraw: may && open,
      confirm: may && found.state === 'unknown',
    },
  }
}

/** What was sent; before the first try what would be sent now. Secrets are masked in both. */
async function letterOf(c: C, found: Message): Promise<Letter> {
  if (found.html) return found
  const { db } = c.var
  const template: Template | undefined = isTemplate(found.template)
    ? templates[found.template]
    : undefined
  const secrets = Object.fromEntries((template?.secrets ?? []).map((word) => [word, mask]))
  const { masked } = await written(db, found, await senderOf(db, found.providerId), secrets)
  return masked
}
