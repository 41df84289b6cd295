import type { Transaction } from '../db/database.ts'
import { mailings } from './schema.ts'
import { typedHtml } from './typed.ts'

/** What somebody typed to be sent (M-39). */
export interface Typed {
  subject: string
  /** HTML, or plain text */
  html: string
}

/** Kept once, however many it is sent to. */
export async function keepMailing(tx: Transaction, { subject, html }: Typed): Promise<number> {
  const [mailing] = await tx
    .insert(mailings)
    .values({ subject, html: typedHtml(html) })
    .returning({ id: mailings.id })
  return mailing!.id
}
