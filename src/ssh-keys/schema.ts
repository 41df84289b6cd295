import { pgTable, text, uniqueIndex } from 'drizzle-orm/pg-core'
import { id, moment, reference } from '../db/columns.ts'
import { subscriptions } from '../subscriptions/schema.ts'

/** Public keys that may log in as the subscription's system user. */
export const sshKeys = pgTable(
  'ssh_keys',
  {
    id: id(),
    subscriptionId: reference()
      .notNull()
      .references(() => subscriptions.id, { onDelete: 'cascade' }),
    /** what people call it */
    name: text().notNull(),
    /** `ssh-ed25519` … */
    type: text().notNull(),
    /** base64, as it stands in an authorized_keys file */
    blob: text().notNull(),
    /** `SHA256:…` */
    fingerprint: text().notNull(),
    createdAt: moment().notNull().defaultNow(),
  },
  (t) => [uniqueIndex().on(t.subscriptionId, t.fingerprint)],
)

export type SshKey = typeof sshKeys.$inferSelect
