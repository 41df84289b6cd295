import { eq } from 'drizzle-orm'
import { Hono } from 'hono'
import { z } from 'zod'
import { findAccount } from '../accounts/access.ts'
import { senderOf } from '../accounts/sender.ts'
import { Conflict, Invalid, NotFound, Stale } from '../errors.ts'
import type { Difference } from '../plans/differences.ts'
import type { C, Env } from '../web/env.ts'
import { line, text, wholeNumber } from '../web/fields.ts'
import { framed } from '../web/framed.ts'
import {
  attempt,
  changed,
  type FailedForm,
  invalid,
  page,
  parseForm,
  tell,
} from '../web/respond.ts'
import { isTemplate, type TemplateName, templateNames, templates } from './catalogue.ts'
import { letter } from './letter.ts'
import { keepMailing } from './mailing.ts'
import { queueMail } from './queue.ts'
import { type Wording, wording } from './reading.ts'
import { sampleSecrets, sampleTyped, sampleWords } from './samples.ts'
import { messageTemplates } from './schema.ts'
import { dropTemplate, mayWriteTemplates, ownTemplate, saveTemplate, writerOf } from './template.ts'
import { type MailLanguage, mailLanguages, type Written } from './texts/texts.ts'
import { wordLabels } from './word-labels.ts'
import { spelled, wordsOf } from './words.ts'

export interface TemplateList {
  templates: { name: string; label: string; languages: { code: string; own: boolean }[] }[]
  languageNames: Record<string, string>
}

export interface TemplatePage {
  name: string
  label: string
  language: string
  languageNames: Record<string, string>
  text: Written
  /** whose text it is */
  from: 'own' | 'system' | 'built in'
  /** version of the own text, 0: there is none */
  seen: number
  words: { word: string; label: string }[]
  differences: Difference[]
  mayChange: boolean
  ownAddress: string
  ownContact: string
  form: FailedForm | undefined
}

const one = '/settings/templates/:name{[A-Za-z]{1,40}}/:language{[a-z]{2}}'

const templateForm = z.strictObject({
  seen: wholeNumber(),
  subject: line(200),
  html: text(100_000),
})
const seenForm = z.strictObject({ seen: wholeNumber() })

export const templateRoutes = new Hono<Env>()

  .get('/settings/templates', async (c) => page(c, 'messages/templates', await list(c)))

  .get(one, async (c) => page(c, 'messages/template', await templatePage(c)))

  .post(one, async (c) => {
    const { db, actor } = c.var
    const { name, language } = asked(c)
    let late: Written | undefined
    const form = await attempt(c, templateForm, ({ seen, ...typed }) =>
      saveTemplate(db, actor, name, language, typed, seen).catch((refusal) => {
        if (!(refusal instanceof Stale)) throw refusal
        late = typed
        throw new Invalid('', refusal.message)
      }),
    )
    if (form.ok) {
      tell(c, 'The text was saved.')
      return changed(c, here(c))
    }
    const data = await templatePage(c, form, late)
    return late
      ? page(c, 'messages/template', data, 409)
      : invalid(c, 'messages/template', 'messages/template', data)
  })

  .get(`${one}/preview`, (c) => c.redirect(here(c), 303))

  .post(`${one}/preview`, async (c) => {
    const { name, language } = asked(c)
    const form = await parseForm(c, templateForm)
    const { db, actor, system } = c.var
    const typed = form.ok ? form.values : { subject: '', html: String(form.values.html ?? '') }
    const words = {
      ...spelled(name, sampleWords(name), language),
      ...sampleSecrets(name),
      subject: sampleTyped.subject,
      message: sampleTyped.html,
      name: c.var.session!.name,
      panel: system.name,
      address: system.baseAddress ?? '',
      sender: (await senderOf(db, actor.accountId)).name,
    }
    return framed(c, letter(typed, words, language, ['message']).html)
  })

  .get(`${one}/test`, (c) => c.redirect(here(c), 303))

  // To oneself, with what is saved.
  .post(`${one}/test`, async (c) => {
    const { db, actor, sealingKey } = c.var
    const { name, language } = asked(c)
    const { name: reader, email } = await findAccount(db, actor, actor.accountId)
    if (email === '') throw new Conflict('Your account has no e-mail address yet.')
    const id = await db.transaction(async (tx) =>
      queueMail(tx, actor, {
        to: { address: email, name: reader, language },
        accountId: actor.accountId,
        providerId: actor.accountId,
        template: name,
        words: sampleWords(name),
        ...(templates[name].secrets.length > 0
          ? { secrets: { key: sealingKey, words: sampleSecrets(name), minutes: 60 } }
          : {}),
        ...(name === 'message' ? { mailingId: await keepMailing(tx, sampleTyped) } : {}),
      }),
    )
    tell(c, 'The test mail is on its way.')
    return changed(c, `/outbox/${id}`)
  })

  .get(`${one}/removal`, (c) => c.redirect(here(c), 303))

  .post(`${one}/removal`, async (c) => {
    const { db, actor } = c.var
    const { name, language } = asked(c)
    const form = await attempt(c, seenForm, ({ seen }) =>
      dropTemplate(db, actor, name, language, seen),
    )
    if (!form.ok) {
      const data = await templatePage(c)
      return invalid(c, 'messages/template', 'messages/template', data)
    }
    tell(c, 'Your own text was removed.')
    return changed(c, here(c))
  })

function asked(c: C): { name: TemplateName; language: MailLanguage } {
  const { name = '', language } = c.req.param() as Record<string, string>
  const known = mailLanguages.find((one) => one === language)
  if (!isTemplate(name) || !known) throw new NotFound()
  return { name, language: known }
}

function here(c: C): string {
  const { name, language } = asked(c)
  return `/settings/templates/${name}/${language}`
}

async function list(c: C): Promise<TemplateList> {
  const own = await c.var.db
    .select({ name: messageTemplates.name, language: messageTemplates.language })
    .from(messageTemplates)
    .where(eq(messageTemplates.accountId, writerOf(c.var.actor)))
  const isOwn = (name: string, code: string) =>
    own.some((row) => row.name === name && row.language === code)
  return {
    templates: templateNames.map((name) => ({
      name,
      label: templates[name].label,
      languages: mailLanguages.map((code) => ({ code, own: isOwn(name, code) })),
    })),
    languageNames: languageNames(c),
  }
}

async function templatePage(c: C, form?: FailedForm, late?: Written): Promise<TemplatePage> {
  const { db, actor } = c.var
  const { name, language } = asked(c)
  const [own, text, account] = await Promise.all([
    ownTemplate(db, writerOf(actor), name, language),
    wording(db, writerOf(actor), name, language),
    findAccount(db, actor, actor.accountId),
  ])
  return {
    ...{ name, language, text },
    label: templates[name].label,
    languageNames: languageNames(c),
    from: whose(text, own !== undefined),
    seen: form && !late ? Number(form.values.seen) : (own?.version ?? 0),
    words: wordsOf(name).map((word) => ({ word, label: wordLabels[word] ?? '' })),
    differences: late ? differences(text, late) : [],
    mayChange: mayWriteTemplates(actor),
    ownAddress: account.email,
    ownContact: `/customers/${account.id}/contact`,
    form,
  }
}

function whose({ from }: Wording, own: boolean): TemplatePage['from'] {
  if (own) return 'own'
  return from === null ? 'built in' : 'system'
}

const differences = (saved: Written, typed: Written): Difference[] =>
  [
    { label: 'Subject', from: saved.subject, to: typed.subject },
    { label: 'Text', from: saved.html, to: typed.html },
  ].filter(({ from, to }) => from !== to)

function languageNames(c: C): Record<string, string> {
  const named = new Intl.DisplayNames(c.var.session?.language ?? c.var.system.language, {
    type: 'language',
  })
  return Object.fromEntries(mailLanguages.map((code) => [code, named.of(code) ?? code]))
}
