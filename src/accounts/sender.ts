import { eq } from 'drizzle-orm'
import type { Db } from '../db/database.ts'
import { ownProviderSettings, systemSettings } from '../settings/reading.ts'
import { accounts } from './schema.ts'

/** In whose name mail is written; the address it is from is always the system's (M-37, M-39). */
export interface Sender {
  name: string
  /** where answers go; empty: to the system's address */
  replyTo: string
}

/** @param providerId null: the system itself */
export async function senderOf(db: Db, providerId: number | null): Promise<Sender> {
  const [provider] =
    providerId === null ? [] : await db.select().from(accounts).where(eq(accounts.id, providerId))
  if (!provider) return { name: (await systemSettings(db)).name, replyTo: '' }

  const { senderName } = await ownProviderSettings(db, provider.id)
  const usual =
    provider.kind === 'admin' ? (await systemSettings(db)).name : provider.company || provider.name
  return { name: senderName || usual, replyTo: provider.email }
}
