import { and, eq, type SQL, sql } from 'drizzle-orm'
import { accounts } from '../accounts/schema.ts'
import type { Database, Transaction } from '../db/database.ts'
import { ready } from '../messages/ready.ts'
import { measured, subscriptions, suspensions } from '../subscriptions/schema.ts'
import { reader } from './reader.ts'
import { tellOnce } from './telling.ts'

/**
 * R-22: customers are told when what was measured reaches the percentage their plan names, and when it
 * is beyond the limit; once, until it has been clearly below it again. Plans that allow overuse say
 * nothing.
 *
 * @returns how many were told
 */
export async function tellOfOveruse(db: Database): Promise<number> {
  if (!(await ready(db))) return 0
  let told = 0
  for (const limited of ['disk', 'traffic'] as const) {
    await forgetCrossings(db, limited)
    for (let more = 1; more > 0; told += more) {
      more = await db.transaction((tx) => tellSome(tx, limited))
    }
  }
  return told
}

type Limited = 'disk' | 'traffic'
type Crossed = 'near' | 'over'

const some = 500

/** Below so much of what it crossed it counts as back: who sways about it is not told each time. */
const clearly = 0.95

const values = subscriptions.values
const limitOf = (limited: Limited) =>
  sql<number>`case when jsonb_typeof(${values} -> ${limited}) = 'number'
    then (${values} ->> ${limited})::bigint end`
const noticeAt = (limited: Limited) =>
  sql`${limitOf(limited)} * coalesce((${values} ->> 'overuseNotice')::numeric, 100) / 100`

const isSuspended = sql<boolean>`exists (select from ${suspensions} where
  ${suspensions.subscriptionId} = ${subscriptions.id} and ${suspensions.reason} = 'over limit')`

/** Where the limit suspends, it is told of once it has. */
const isOver = (limited: Limited) =>
  sql<boolean>`(${measured[limited]} > ${limitOf(limited)}
    and (${values} ->> 'overuse' <> 'suspend' or ${isSuspended}))`

const isNear = (limited: Limited) =>
  sql`(${limitOf(limited)} > 0 and ${measured[limited]} >= ${noticeAt(limited)})`

const wasTold = (limited: Limited, crossed: Crossed) =>
  sql`exists (select from notices where notices.subscription_id = ${subscriptions.id}
    and notices.kind = 'over limit' and notices.about = ${`${limited} ${crossed}`})`

async function tellSome(tx: Transaction, limited: Limited): Promise<number> {
  const over = isOver(limited)
  const fresh = sql`case when ${over} then not ${wasTold(limited, 'over')}
    else ${isNear(limited)} and not ${wasTold(limited, 'near')} end`
  const found = await tx
    .select({
      ...reader,
      used: sql<number>`${measured[limited]}`.mapWith(Number),
      limit: limitOf(limited).mapWith(Number),
      over,
      suspended: isSuspended,
    })
    .from(measured)
    .innerJoin(subscriptions, eq(subscriptions.id, measured.subscriptionId))
    .innerJoin(accounts, eq(accounts.id, subscriptions.accountId))
    .where(
      and(
        // What an index finds; which of both it is and how far is asked of these only.
        sql`${measured.near}`,
        sql`${values} ->> 'overuse' <> 'allow'`,
        sql`not ${subscriptions.removing}`,
        fresh,
      ),
    )
    .orderBy(subscriptions.id)
    .limit(some)
    .for('update', { of: subscriptions })
  const crossed = found.map(({ used, limit, ...one }) => ({
    ...one,
    about: `${limited} ${one.over ? 'over' : 'near'}`,
    template: templateFor(one),
    words: { domain: one.domain, property: limited, used, limit, percent: percent(used, limit) },
  }))
  await tellOnce(tx, 'over limit', crossed)
  return found.length
}

function templateFor({ over, suspended }: { over: boolean; suspended: boolean }) {
  if (!over) return 'nearLimit' as const
  return suspended ? ('suspendedOverLimit' as const) : ('overLimit' as const)
}

const percent = (used: number, limit: number) =>
  limit === 0 ? 100 : Math.floor((used / limit) * 100)

/** What is back below, so that the next crossing is told of again. Who is back from beyond is near. */
async function forgetCrossings(db: Database, limited: Limited) {
  const back = (crossed: Crossed, below: SQL) =>
    db.execute(sql`
    delete from notices using ${subscriptions}
      left join ${measured} on ${measured.subscriptionId} = ${subscriptions.id}
    where notices.subscription_id = ${subscriptions.id} and notices.kind = 'over limit'
      and notices.about = ${`${limited} ${crossed}`} and coalesce(${below}, true)`)
  await back('near', sql`${measured[limited]} < ${noticeAt(limited)} * ${clearly}::numeric`)
  // One that was suspended is back when it is served again, and its next suspension is news.
  await back(
    'over',
    sql`case when ${values} ->> 'overuse' = 'suspend' then not ${isSuspended}
      else ${measured[limited]} < ${limitOf(limited)} * ${clearly}::numeric end`,
  )
}
