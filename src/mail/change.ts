import { eq, sql } from 'drizzle-orm'
import type { Actor } from '../audit/actor.ts'
import { difference, record } from '../audit/record.ts'
import type { Database } from '../db/database.ts'
import { Stale } from '../errors.ts'
import { want } from '../subscriptions/want.ts'
import { addressOf, lockMailbox, mayExceedPlan } from './access.ts'
import { aliasesOf, setAliases } from './aliases.ts'
import { claimCatchAll } from './claim.ts'
import { mailboxes } from './schema.ts'
import { type MailboxWish, mailboxSettings } from './settings.ts'

export interface MailboxEdit extends MailboxWish {
  /** as typed */
  aliases: string
  version: number
}

const told = [
  ...['quota', 'enabled', 'imap', 'pop3', 'virusScan', 'catchAll', 'forwardTo', 'keepCopy'],
  ...['reply', 'replySubject', 'replyText', 'replyFrom', 'replyUntil'],
] as const

/** @returns the job's number, null when nothing differs */
export function changeMailbox(
  db: Database,
  actor: Actor,
  id: number,
  { version, aliases, ...wish }: MailboxEdit,
): Promise<number | null> {
  return db.transaction(async (tx) => {
    const owned = await lockMailbox(tx, actor, id)
    const { mailbox, subscription, account } = owned
    if (mailbox.version !== version) {
      throw new Stale('Somebody else changed this mailbox meanwhile. Look at it again.')
    }
    const settings = mailboxSettings(wish, owned, mayExceedPlan(actor, owned), mailbox)
    const before = await aliasesOf(tx, id)
    const moved = await setAliases(tx, actor, owned, mailbox, aliases)
    const changes = {
      ...difference(mailbox, settings, told as readonly (keyof typeof settings)[]),
      ...(moved ? { aliases: { from: before, to: await aliasesOf(tx, id) } } : {}),
    }
    if (Object.keys(changes).length === 0) return null

    if (settings.catchAll) await claimCatchAll(tx, mailbox)
    await tx
      .update(mailboxes)
      .set({ ...settings, version: sql`${mailboxes.version} + 1` })
      .where(eq(mailboxes.id, id))
    await record(tx, actor, {
      action: 'mailbox.changed',
      object: { kind: 'mailbox', id, name: addressOf(mailbox) },
      accountId: account.id,
      changes,
    })
    return want(tx, actor, subscription, {})
  })
}
