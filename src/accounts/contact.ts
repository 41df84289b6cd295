import { eq, sql } from 'drizzle-orm'
import type { Actor } from '../audit/actor.ts'
import { difference, record } from '../audit/record.ts'
import { maySeeSecrets, notAsSomebodyElse } from '../audit/roles.ts'
import type { Database, Transaction } from '../db/database.ts'
import { Forbidden, Invalid, Stale } from '../errors.ts'
import { assertStays, lockAccount, mayManage, mayWrite } from './access.ts'
import { type Account, accounts } from './schema.ts'

const names = [
  'name',
  'company',
  'email',
  'phone',
  'street',
  'postcode',
  'city',
  'country',
  'language',
  'timeZone',
] as const

/** Who it is and how it is reached (M-8 to M-12). */
export type Contact = Pick<Account, (typeof names)[number]>

/** What only the provider writes: it is shown to the account (P-61), or rules over it (M-30). */
export type Provided = Pick<Account, 'additionalInformation' | 'apiAccess'>

export type ZoneChanged = (tx: Transaction, accountId: number) => Promise<unknown>

/**
 * P-4, by the provider or by the account itself; auth/address-change.ts says what another e-mail
 * address takes.
 *
 * @param version of the row the form was drawn from
 * @param told called before it gets another e-mail address, with the account as it is; and when it
 *   has got another time zone
 */
export async function changeContact(
  db: Database,
  actor: Actor,
  id: number,
  version: number,
  wish: Contact & Partial<Provided>,
  told: {
    beforeAddress: (tx: Transaction, account: Account) => Promise<unknown>
    zoneChanged: ZoneChanged
  },
): Promise<void> {
  await db.transaction(async (tx) => {
    const account = await lockAccount(tx, actor, id)
    if (!mayChangeContact(actor, account)) throw new Forbidden('Only the provider can change this.')
    assertStays(account)
    if (account.version !== version) {
      throw new Stale('Somebody else has changed this account meanwhile.')
    }

    const wanted = provides(actor, account) ? wish : withoutProvided(wish)
    const changes = difference(account, wanted, [...names, 'additionalInformation', 'apiAccess'])
    if (Object.keys(changes).length === 0) return
    // Who reads somebody's mail can have a new password sent there (F-119).
    if (changes.email && !maySeeSecrets(actor)) throw new Invalid('email', notAsSomebodyElse)
    if (changes.email) await told.beforeAddress(tx, account)
    await tx
      .update(accounts)
      .set({ ...wanted, version: sql`${accounts.version} + 1` })
      .where(eq(accounts.id, id))
    if (changes.timeZone) await told.zoneChanged(tx, id)
    await record(tx, actor, {
      action: 'account.contact_changed',
      object: { kind: 'account', id, name: wanted.name },
      accountId: id,
      changes,
    })
  })
}

export const mayChangeContact = (actor: Actor, account: Account): boolean =>
  mayManage(actor, account) || (mayWrite(actor) && account.id === actor.accountId)

/** Nobody is above an admin to let it use the API (M-30). */
export const provides = (actor: Actor, account: Account): boolean =>
  mayManage(actor, account) ||
  (actor.kind === 'admin' && mayWrite(actor) && account.id === actor.accountId)

function withoutProvided(wish: Contact & Partial<Provided>): Contact {
  const { additionalInformation: _, apiAccess: __, ...own } = wish
  return own
}
