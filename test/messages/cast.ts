import { eq } from 'drizzle-orm'
import type { Database } from '../../src/db/database.ts'
import type { TemplateName } from '../../src/messages/catalogue.ts'
import { type Mail, queueMail } from '../../src/messages/queue.ts'
import { deliveries, type Message, messages } from '../../src/messages/schema.ts'
import type { SystemSettings } from '../../src/settings/catalogue.ts'
import { settings } from '../../src/settings/schema.ts'
import type { Cast } from '../support/cast.ts'

export const key = Buffer.alloc(32)

/** As if somebody had saved them. */
export async function set(db: Database, values: Partial<SystemSettings>) {
  for (const [name, value] of Object.entries(values)) {
    await db.delete(settings).where(eq(settings.name, name))
    if (value === null) continue
    await db.insert(settings).values({ accountId: 0, name, value })
  }
}

/** A mail to Cato from Rita. */
export const toCato = ({ cato, rita }: Cast): Mail<'activated'> => ({
  to: { address: cato.account.email, name: cato.account.name, language: null },
  accountId: cato.account.id,
  providerId: rita.account.id,
  template: 'activated',
  words: {},
})

export const queued = <Name extends TemplateName>(
  db: Database,
  { rita }: Cast,
  mail: Mail<Name>,
): Promise<number> => db.transaction((tx) => queueMail(tx, rita.actor, mail))

export async function read(db: Database, id: number): Promise<Message> {
  const [message] = await db.select().from(messages).where(eq(messages.id, id))
  return message!
}

export const triesOf = (db: Database, id: number) =>
  db.select().from(deliveries).where(eq(deliveries.messageId, id)).orderBy(deliveries.number)
