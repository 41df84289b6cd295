import { and, eq, isNull } from 'drizzle-orm'
import type { Actor } from '../audit/actor.ts'
import { recordAll } from '../audit/record.ts'
import type { Transaction } from '../db/database.ts'
import { among } from '../db/many.ts'
import { Forbidden, Invalid } from '../errors.ts'
import { keepMailing, type Typed } from '../messages/mailing.ts'
import { type Queued, queueMails, type Urgency } from '../messages/queue.ts'
import { typedHtml } from '../messages/typed.ts'
import { maySell, visibleAccounts } from './access.ts'
import { accounts } from './schema.ts'

/**
 * M-36: what somebody typed, to each of those of these accounts that the actor sees, itself left out.
 * Set-based: a statement for all.
 */
export async function messageAccounts(
  tx: Transaction,
  actor: Actor,
  accountIds: number[],
  typed: Typed,
  urgency?: Urgency,
): Promise<Queued[]> {
  if (!maySell(actor)) throw new Forbidden('Only the provider can do this.')
  if (typedHtml(typed.html).trim() === '') throw new Invalid('message', 'Required')
  const readers = await tx
    .select({
      id: accounts.id,
      name: accounts.name,
      email: accounts.email,
      language: accounts.language,
    })
    .from(accounts)
    .where(
      and(
        among(
          accounts.id,
          accountIds.filter((id) => id !== actor.accountId),
        ),
        visibleAccounts(actor),
        eq(accounts.removing, false),
        isNull(accounts.trashedUntil),
      ),
    )
    .orderBy(accounts.id)
  if (readers.length === 0) return []

  const mailingId = await keepMailing(tx, typed)
  const mails = readers.map(({ id, name, email, language }) => ({
    to: { address: email, name, language },
    accountId: id,
    providerId: actor.accountId,
    template: 'message' as const,
    words: {},
    mailingId,
  }))
  await recordAll(
    tx,
    actor,
    readers.map(({ id, name }) => ({
      action: 'account.written_to',
      object: { kind: 'account', id, name },
      accountId: id,
      changes: { subject: { to: typed.subject } },
    })),
  )
  return queueMails(tx, actor, mails, urgency)
}
