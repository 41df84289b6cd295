import type { Db } from '../db/database.ts'
import { systemSettings } from '../settings/reading.ts'

/** Whether mail can go out at all (M-40): there is a mail server, and an address to send from. */
export async function ready(db: Db): Promise<boolean> {
  const { smtp, sender } = await systemSettings(db)
  return smtp !== null && sender !== null
}
