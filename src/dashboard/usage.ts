import { eq } from 'drizzle-orm'
import { accounts } from '../accounts/schema.ts'
import type { Actor } from '../audit/actor.ts'
import type { Db } from '../db/database.ts'
import { type LedgerLine, ledgerOf } from '../subscriptions/ledger.ts'
import type { Shortage } from '../subscriptions/shortage.ts'

export interface Usage {
  accountId: number
  /** null: Custom */
  plan: string | null
  /** of what is limited, the scarcest first */
  lines: LedgerLine[]
  shortages: Shortage[]
}

/** M-15, M-16: how far a reseller has come with what it was given; null for everybody else. */
export async function usageOf(db: Db, { kind, accountId }: Actor): Promise<Usage | null> {
  if (kind !== 'reseller') return null
  const [account] = await db.select().from(accounts).where(eq(accounts.id, accountId))
  const { plan, lines, shortages } = await ledgerOf(db, account!)
  const limited = lines.filter(({ limit }) => limit !== 'unlimited')
  return {
    accountId,
    plan: plan?.name ?? null,
    lines: limited.toSorted((one, other) => share(other) - share(one)).slice(0, 8),
    shortages,
  }
}

const share = ({ sold, limit }: LedgerLine): number =>
  limit === 0 || limit === 'unlimited' ? (sold > 0 ? 1 : 0) : sold / limit
