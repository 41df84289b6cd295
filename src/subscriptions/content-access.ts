import { and, eq, getTableColumns, type InferSelectModel } from 'drizzle-orm'
import type { PgColumn, PgTable } from 'drizzle-orm/pg-core'
import { accounts } from '../accounts/schema.ts'
import type { Actor } from '../audit/actor.ts'
import type { Area } from '../audit/roles.ts'
import type { Db, Transaction } from '../db/database.ts'
import { NotFound, Stale } from '../errors.ts'
import { lockToChangeContents, type Owned, visibleSubscriptions } from './access.ts'
import { subscriptions } from './schema.ts'

/** Where one kind of what subscriptions contain stands: domains, mailboxes, databases … */
export type ContentTable = PgTable & { id: PgColumn; subscriptionId: PgColumn }

export type OwnedContent<Table extends ContentTable> = Owned & { content: InferSelectModel<Table> }

/** It is as visible as the subscription that has it. */
export async function findContent<Table extends ContentTable>(
  db: Db,
  actor: Actor,
  table: Table,
  id: number,
): Promise<OwnedContent<Table>> {
  const [found] = await db
    .select({ content: getTableColumns(table), subscription: subscriptions, account: accounts })
    .from(table as PgTable)
    .innerJoin(subscriptions, eq(subscriptions.id, table.subscriptionId))
    .innerJoin(accounts, eq(accounts.id, subscriptions.accountId))
    .where(and(eq(table.id, id), visibleSubscriptions(db, actor)))
  if (!found) throw new NotFound()
  return found as OwnedContent<Table>
}

/** Its subscription is ours alone until the transaction ends, and so is everything in it. */
export async function lockContent<Table extends ContentTable>(
  tx: Transaction,
  actor: Actor,
  table: Table,
  id: number,
  area?: Area,
): Promise<OwnedContent<Table>> {
  const { subscription } = await findContent(tx, actor, table, id)
  const owned = await lockToChangeContents(tx, actor, subscription.id, area)
  const { content } = await findContent(tx, actor, table, id)
  return { ...owned, content }
}

/** @throws {Stale} when it was changed since `version` was shown (F-73) */
export function assertUnchanged(
  content: { version: number },
  version: number | undefined,
  sentence: string,
): void {
  if (version !== undefined && content.version !== version) throw new Stale(sentence)
}
