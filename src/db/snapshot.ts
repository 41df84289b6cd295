import type { Database, Transaction } from './database.ts'

/**
 * Reads that all see the database as it was at one moment. A job that ends between two of them would
 * be under way no more and have changed nothing yet, and the page that follows it would stand still.
 */
export const snapshot = <T>(db: Database, read: (tx: Transaction) => Promise<T>): Promise<T> =>
  db.transaction(read, { isolationLevel: 'repeatable read', accessMode: 'read only' })
