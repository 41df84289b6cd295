import { sql } from 'drizzle-orm'
import { bigint, index, integer, pgTable, text, uniqueIndex } from 'drizzle-orm/pg-core'
import { id, moment, reference } from '../db/columns.ts'
import { subscriptions } from '../subscriptions/schema.ts'

/** S-17: MySQL databases, on the host of their subscription. */
export const databases = pgTable(
  'databases',
  {
    id: id(),
    subscriptionId: reference()
      .notNull()
      .references(() => subscriptions.id, { onDelete: 'cascade' }),
    /** with the system user before it: `cato_shop` */
    name: text().notNull(),
    /** what its files take on the host; null: it was not measured yet */
    bytes: bigint({ mode: 'number' }),
    measuredAt: moment(),
    createdAt: moment().notNull().defaultNow(),
    version: integer().notNull().default(1),
  },
  (t) => [
    uniqueIndex().on(t.name),
    index().on(t.subscriptionId),
    index().on(t.createdAt, t.id),
    index('databases_by_size').on(sql`coalesce(${t.bytes}, 0)`, t.id),
  ],
)

export type Database = typeof databases.$inferSelect

/** Who may use one database; each belongs to one, so that taking it away takes its users along. */
export const databaseUsers = pgTable(
  'database_users',
  {
    id: id(),
    databaseId: reference()
      .notNull()
      .references(() => databases.id, { onDelete: 'cascade' }),
    name: text().notNull(),
    /** `*` and SHA1(SHA1(password)), as MariaDB checks it */
    passwordHash: text().notNull(),
    /** from where: `localhost`, or one IP address */
    address: text().notNull().default('localhost'),
    createdAt: moment().notNull().defaultNow(),
  },
  (t) => [uniqueIndex().on(t.name), index().on(t.databaseId)],
)

export type DatabaseUser = typeof databaseUsers.$inferSelect
