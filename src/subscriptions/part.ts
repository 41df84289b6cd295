import type { Contents } from '../contract/document.ts'
import type { Db } from '../db/database.ts'
import type { Subscription } from './schema.ts'

export type Section = Partial<Contents>

/**
 * What one service wants of many subscriptions, by their numbers, as the database says now: one set of
 * queries for all of them. Each folder with contents has one in its `wanted.ts`; `runner/parts.ts`
 * lists them. `sealingKey` opens what must be clear on a host.
 */
export type Part = (
  db: Db,
  subscriptions: Subscription[],
  sealingKey: Buffer,
) => Promise<Map<number, Section>>
