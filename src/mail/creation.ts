import type { Actor } from '../audit/actor.ts'
import { record } from '../audit/record.ts'
import { requireOwnHands } from '../audit/roles.ts'
import { requireHostPassword, shadowHash } from '../auth/crypt.ts'
import { requireGoodPassword } from '../auth/password-policy.ts'
import { generatePassword } from '../auth/passwords.ts'
import { keepToShow } from '../auth/shown-once.ts'
import type { Database, Transaction } from '../db/database.ts'
import { localPart } from '../names/address.ts'
import type { Owned } from '../subscriptions/access.ts'
import { takeRoom } from '../subscriptions/room.ts'
import { want } from '../subscriptions/want.ts'
import { addressOf, mayExceedPlan } from './access.ts'
import { setAliases } from './aliases.ts'
import { claimAddress, claimCatchAll } from './claim.ts'
import { shownOnce } from './credentials.ts'
import { type Mailbox, mailboxes } from './schema.ts'
import { type MailboxWish, mailboxSettings } from './settings.ts'

export interface NewMailbox extends MailboxWish {
  /** before the @, as typed */
  local: string
  domain: string
  /** empty: one is made, and shown once */
  password: string
  /** as typed */
  aliases: string
}

export interface CreatedMailbox {
  mailbox: Mailbox
  jobId: number
  generated: boolean
}

/** @throws {Invalid} at the field, or at none when there is no room (F-85) */
export function createMailbox(
  db: Database,
  sealingKey: Buffer,
  actor: Actor,
  subscriptionId: number,
  wish: NewMailbox,
): Promise<CreatedMailbox> {
  return db.transaction(async (tx) => {
    const local = localPart(wish.local, 'local')
    const generated = wish.password === ''
    const password = generated ? generatePassword() : wish.password
    if (generated) requireOwnHands(actor)
    else {
      requireHostPassword('password', password)
      await requireGoodPassword(tx, 'password', password, [local])
    }
    const owned = await takeRoom(tx, actor, subscriptionId, 'mailboxes')
    const settings = mailboxSettings(wish, owned, mayExceedPlan(actor, owned))
    const place = { local, domain: wish.domain }
    await claimAddress(tx, subscriptionId, place, 'local')
    if (settings.catchAll) await claimCatchAll(tx, { ...place, id: 0 })
    const mailbox = await insert(tx, owned, { ...settings, ...place, password })
    await setAliases(tx, actor, owned, mailbox, wish.aliases)
    await recordCreated(tx, actor, owned, mailbox)
    if (generated) await keepToShow(tx, sealingKey, actor, shownOnce(mailbox.id), password)
    return { mailbox, jobId: await want(tx, actor, owned.subscription, {}), generated }
  })
}

type Row = Omit<typeof mailboxes.$inferInsert, 'passwordHash' | 'subscriptionId'>

export async function insert(
  tx: Transaction,
  { subscription }: Owned,
  { password, ...row }: Row & { password: string },
): Promise<Mailbox> {
  const values = { ...row, subscriptionId: subscription.id, passwordHash: shadowHash(password) }
  const [mailbox] = await tx.insert(mailboxes).values(values).returning()
  return mailbox!
}

export const recordCreated = (
  tx: Transaction,
  actor: Actor,
  { account }: Owned,
  mailbox: Mailbox,
) => record(tx, actor, mailboxCreated(account, mailbox))

export const mailboxCreated = (
  account: { id: number },
  mailbox: Pick<Mailbox, 'id' | 'local' | 'domain' | 'quota'>,
) => ({
  action: 'mailbox.created',
  object: { kind: 'mailbox', id: mailbox.id, name: addressOf(mailbox) },
  accountId: account.id,
  changes: { quota: { to: mailbox.quota } },
})
