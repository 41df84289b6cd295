import { findAccount } from '../accounts/access.ts'
import {
  type Contact,
  changeContact,
  type Provided,
  type ZoneChanged,
} from '../accounts/contact.ts'
import { ownerLogin } from '../accounts/login.ts'
import type { Account } from '../accounts/schema.ts'
import type { Actor } from '../audit/actor.ts'
import { maySeeSecrets } from '../audit/roles.ts'
import type { Database, Transaction } from '../db/database.ts'
import { Invalid } from '../errors.ts'
import { requireCurrentPassword } from './current-password.ts'
import { tellPerson } from './person-notice.ts'
import type { Visitor } from './sessions.ts'

export interface ContactChange {
  /** of the row the form was drawn from */
  version: number
  wish: Contact & Partial<Provided>
  /** the password of who asks: one's own address takes it */
  current: string
}

/**
 * P-4. Whoever reads the mail of an account can have a new password sent there. So its own e-mail
 * address takes the password, a session left open is not enough; and the address that was is told,
 * whoever changed it (F-119).
 *
 * @throws {Invalid} at `current`
 */
export async function changeContactInfo(
  db: Database,
  actor: Actor,
  id: number,
  { version, wish, current }: ContactChange,
  visitor: Visitor,
  zoneChanged: ZoneChanged,
): Promise<void> {
  const proved = await provePassword(db, actor, id, wish.email, current, visitor)
  const beforeAddress = async (tx: Transaction, account: Account) => {
    const takesProof = account.id === actor.accountId && account.email !== ''
    if (takesProof && !proved) throw new Invalid('current', 'Required')
    await tellOldAddress(tx, actor, account, wish.email)
  }
  await changeContact(db, actor, id, version, wish, { beforeAddress, zoneChanged })
}

/** Before the transaction: hashing takes longer than all of it. */
async function provePassword(
  db: Database,
  actor: Actor,
  id: number,
  email: string,
  current: string,
  visitor: Visitor,
): Promise<boolean> {
  const own = await findAccount(db, actor, id)
  if (id !== actor.accountId || own.email === email || !maySeeSecrets(actor)) return false
  // The first admin has none yet: nobody is there to be told, and no mail to be had by it.
  if (own.email === '') return false
  if (current === '') throw new Invalid('current', 'Required')
  await requireCurrentPassword(db, actor, current, visitor)
  return true
}

async function tellOldAddress(tx: Transaction, actor: Actor, account: Account, email: string) {
  const login = await ownerLogin(tx, account.id)
  const words = { login: login.name, email }
  await tellPerson(tx, actor, { account, login }, 'emailChanged', words, account.email)
}
