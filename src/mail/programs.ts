import type { Db } from '../db/database.ts'
import { serverOf } from '../hosts/server.ts'
import type { Values } from '../plans/catalogue.ts'
import type { Subscription } from '../subscriptions/schema.ts'
import type { Mailbox } from './schema.ts'
import { isOn } from './settings.ts'

/** What a mail program has to be told. */
export interface Programs {
  server: string
  imap: boolean
  pop3: boolean
}

/** For a mailbox that follows its subscription in everything. */
export const usualPrograms = (server: string, { imap, pop3 }: Values): Programs => ({
  server,
  imap: imap === true,
  pop3: pop3 === true,
})

export async function programsFor(
  db: Db,
  { mailbox, subscription }: { mailbox: Mailbox; subscription: Subscription },
): Promise<Programs> {
  const { values } = subscription
  return {
    server: await serverOf(db, subscription),
    imap: isOn(mailbox.imap, values.imap === true),
    pop3: isOn(mailbox.pop3, values.pop3 === true),
  }
}
