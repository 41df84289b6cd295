import { Forbidden, NotFound } from '../errors.ts'
import type { Reseller } from '../plans/schema.ts'
import { contractOf, mayChangeContract } from '../subscriptions/contract-change.ts'
import type { C } from '../web/env.ts'
import { findAccount } from './access.ts'
import type { Account } from './schema.ts'

/** The reseller in the address, and what it has to sell. */
export async function changeable(c: C): Promise<{ account: Account; contract: Reseller }> {
  const { db, actor } = c.var
  const account = await findAccount(db, actor, Number(c.req.param('id')))
  if (account.kind !== 'reseller') throw new NotFound()
  if (!mayChangeContract(actor, account)) throw new Forbidden('Only an admin can do this.')
  const contract = await contractOf(db, account.id)
  if (!contract) throw new NotFound()
  return { account, contract }
}
