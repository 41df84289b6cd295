import type { SubscriptionResult } from '../contract/messages.ts'
import { storeDatabaseSizes } from '../databases/measured.ts'
import type { Database } from '../db/database.ts'

/** What hosts measure while they are at it, each kept by the part it belongs to. */
export const measures: ((db: Database, results: SubscriptionResult[]) => Promise<void>)[] = [
  storeDatabaseSizes,
]
