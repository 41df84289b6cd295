import { eq } from 'drizzle-orm'
import type { Db } from '../db/database.ts'
import { hosts } from './schema.ts'

/** How people and their programs get there. */
export interface Reach {
  /** empty in the sandbox, where nothing answers */
  server: string
  sshPort: number
  ftp: boolean
}

export async function reachOf(db: Db, { hostId }: { hostId: number }): Promise<Reach> {
  const [host] = await db
    .select({ server: hosts.address, sshPort: hosts.port, facts: hosts.facts })
    .from(hosts)
    .where(eq(hosts.id, hostId))
  const { server, sshPort, facts } = host!
  return { server, sshPort, ftp: facts?.provides.includes('ftp') === true }
}

/** What programs are told to connect to; empty in the sandbox. */
export const serverOf = async (db: Db, of: { hostId: number }): Promise<string> =>
  (await reachOf(db, of)).server
