import { eq } from 'drizzle-orm'
import type { Db } from '../db/database.ts'
import { hosts } from './schema.ts'

/** What programs are told to connect to; empty in the sandbox, where nothing answers. */
export async function serverOf(db: Db, { hostId }: { hostId: number }): Promise<string> {
  const [host] = await db.select({ address: hosts.address }).from(hosts).where(eq(hosts.id, hostId))
  return host!.address
}
