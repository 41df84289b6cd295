import type { Database } from '../../src/db/database.ts'
import { aPlan, aSubscription, cast } from '../support/cast.ts'

/** The cast, and Cato's `shop.test` of a plan with room for a few of everything. */
export async function shopkeepers(db: Database) {
  const people = await cast(db)
  const plan = await aPlan(db, people.rita.account, 'Roomy', {
    domains: 4,
    subdomains: 3,
    forwardings: 3,
    phpVersion: '8.3',
    https: true,
    shell: 'bash',
  })
  const shop = await aSubscription(db, people.cato.account, people.host, plan, 'shop.test')
  return { ...people, plan, shop }
}
