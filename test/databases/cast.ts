import type { Database } from '../../src/db/database.ts'
import { aPlan, aSubscription, cast } from '../support/cast.ts'

/** The cast, and Cato's `shop.test` of a plan with room for five databases and five FTP logins. */
export async function shopkeepers(db: Database) {
  const people = await cast(db)
  const plan = await aPlan(db, people.rita.account, 'Roomy', { databases: 5, ftpLogins: 5 })
  const shop = await aSubscription(db, people.cato.account, people.host, plan, 'shop.test')
  return { ...people, plan, shop }
}
