import { eq, sql } from 'drizzle-orm'
import { Hono } from 'hono'
import { latestEntries } from '../audit/entries.ts'
import { type ShownEntry, shown } from '../audit/list-fields.ts'
import { maySeeSecrets } from '../audit/roles.ts'
import { mayManageLogins } from '../auth/account-logins.ts'
import { mayEnter } from '../auth/impersonation.ts'
import type { Db } from '../db/database.ts'
import { bound } from '../db/narrowing.ts'
import { having, none, type Some, some } from '../db/some.ts'
import { shownDomain } from '../names/domain.ts'
import { catalogue } from '../plans/catalogue.ts'
import { plans } from '../plans/schema.ts'
import { mayProvideFor } from '../subscriptions/access.ts'
import { contents, someUsed } from '../subscriptions/contents.ts'
import { mayChangeContract, resellerPlanOf } from '../subscriptions/contract-change.ts'
import { mayConvert } from '../subscriptions/conversion.ts'
import { maySeeLedger } from '../subscriptions/ledger.ts'
import { reasonsOfAccount, type Standing } from '../subscriptions/reasons.ts'
import { type Subscription, subscriptions } from '../subscriptions/schema.ts'
import type { C, Env } from '../web/env.ts'
import { page } from '../web/respond.ts'
import { customersBelow, findAccount, mayManage, stays } from './access.ts'
import { mayChangeContact } from './contact.ts'
import { mayReadDescription } from './description.ts'
import { ownerLogin } from './login.ts'
import { type Account, accounts } from './schema.ts'

export interface AccountPage {
  account: Account
  login: string
  provider: Pick<Account, 'id' | 'name'> | null
  /** on one line */
  address: string
  /** null: it has more than anybody counts, and then nobody counts what is in them either */
  counts: { active: number; suspended: number } | null
  /** what is in its subscriptions, each with a list of it (P-3, P-66) */
  contents: { label: string; count: Some | null; href: string }[]
  latest: (Pick<
    Subscription,
    'id' | 'domain' | 'systemUser' | 'suspended' | 'removing' | 'trashedUntil'
  > & {
    /** null: Custom (P-33) */
    plan: string | null
  })[]
  reasons: Standing[]
  entries: ShownEntry[]
  customers: Some
  /** of a reseller; null: Custom (M-16) */
  resellerPlan: string | null
  may: {
    manage: boolean
    /** out of the trash */
    restore: boolean
    contact: boolean
    provide: boolean
    readDescription: boolean
    convert: boolean
    move: boolean
    seeLedger: boolean
    changeContract: boolean
    enter: boolean
    changeLogin: boolean
    manageLogins: boolean
  }
}

export const accountRoutes = new Hono<Env>()

  // M-5 to M-14
  .get('/customers/:id{[1-9][0-9]{0,14}}', async (c) => {
    const { db, actor } = c.var
    const account = await findAccount(db, actor, Number(c.req.param('id')))
    return page(c, 'accounts/show', await overview(c, account))
  })

async function overview(c: C, account: Account): Promise<AccountPage> {
  const { db, actor } = c.var
  const readDescription = mayReadDescription(actor, account)
  const counts = await countsOf(db, account.id)
  const [entries, login, provider, inside, latest, reasons, customers, resellerPlan] =
    await Promise.all([
      latestEntries(db, actor, account.id, 5),
      ownerLogin(db, account.id),
      providerOf(db, account),
      contentsOf(db, account.id, counts === null),
      latestOf(db, account.id),
      account.suspended ? reasonsOfAccount(db, actor, account.id) : [],
      account.kind === 'customer' ? none : customersBelow(db, account.id),
      resellerPlanOf(db, account.id),
    ])
  return {
    account: readDescription ? account : { ...account, description: '' },
    login: login.name,
    provider,
    address: addressOf(account),
    counts,
    contents: inside,
    entries: entries.map((entry) => shown(c, entry)),
    latest: latest.map((row) => ({ ...row, domain: shownDomain(row.domain) })),
    reasons,
    customers,
    resellerPlan,
    may: {
      manage: mayManage(actor, account) && stays(account),
      restore: mayManage(actor, account) && !account.removing,
      contact: mayChangeContact(actor, account) && stays(account),
      provide: mayProvideFor(actor, account) && stays(account),
      readDescription,
      convert: mayConvert(actor, account) && stays(account),
      move: mayConvert(actor, account) && stays(account),
      seeLedger: maySeeLedger(actor, account),
      changeContract: mayChangeContract(actor, account),
      enter: mayEnter(actor, account),
      manageLogins: mayManageLogins(actor, account) && stays(account),
      changeLogin: mayManage(actor, account) && maySeeSecrets(actor) && !account.removing,
    },
  }
}

const addressOf = ({ street, postcode, city, country }: Account): string =>
  [street, `${postcode} ${city}`.trim(), country].filter((part) => part !== '').join(', ')

async function providerOf(db: Db, { providerId }: Account) {
  if (providerId === null) return null
  const columns = { id: accounts.id, name: accounts.name }
  const [provider] = await db.select(columns).from(accounts).where(eq(accounts.id, providerId))
  return provider ?? null
}

/** M-13, M-14: active is what is not suspended. */
async function countsOf(db: Db, accountId: number): Promise<AccountPage['counts']> {
  const { suspended, removing } = subscriptions
  const [row] = await db.execute<{ active: number; suspended: number }>(sql`
    select count(*) filter (where not suspended)::integer as active,
      count(*) filter (where suspended)::integer as suspended
    from (select ${suspended} from ${subscriptions} where not ${removing}
      and ${having(accountId, subscriptions.accountId, subscriptions.id)} ${bound}) as its`)
  const { active, suspended: off } = row!
  return some(active + off).more ? null : { active, suspended: off }
}

/** Domains always; what there is none of is not told. */
async function contentsOf(
  db: Db,
  id: number,
  uncounted: boolean,
): Promise<AccountPage['contents']> {
  const own = db
    .select({ id: subscriptions.id })
    .from(subscriptions)
    .where(eq(subscriptions.accountId, id))
  const counts = uncounted ? null : await someUsed(db, sql`subscription_id in (${own})`)
  return contents.flatMap(({ property, path }) => {
    const count = counts && counts[property]!
    const href = `${path}${path.includes('?') ? '&' : '?'}account=${id}`
    return count === null || count.count > 0 || property === 'domains'
      ? [{ label: catalogue[property].label, count, href }]
      : []
  })
}

const latestOf = (db: Db, accountId: number) =>
  db
    .select({
      id: subscriptions.id,
      domain: subscriptions.domain,
      /** its home is where its files are (M-24) */
      systemUser: subscriptions.systemUser,
      plan: plans.name,
      suspended: subscriptions.suspended,
      removing: subscriptions.removing,
      trashedUntil: subscriptions.trashedUntil,
    })
    .from(subscriptions)
    .leftJoin(plans, eq(plans.id, subscriptions.planId))
    .where(eq(subscriptions.accountId, accountId))
    .orderBy(sql`${subscriptions.id} desc`)
    .limit(10)
