import type { Database } from '../../src/db/database.ts'
import type { NewMailbox } from '../../src/mail/creation.ts'
import { MB } from '../../src/plans/property.ts'
import { aPlan, aSubscription, cast } from '../support/cast.ts'

/** The cast, and Cato's `shop.test` with room for three mailboxes, two aliases and one list. */
export async function mailShop(db: Database, values: object = {}) {
  const people = await cast(db)
  const plan = await aPlan(db, people.rita.account, 'Mail', {
    mailboxes: 3,
    mailAliases: 2,
    mailingLists: 1,
    mailboxSize: 500 * MB,
    imap: true,
    pop3: true,
    ...values,
  })
  const shop = await aSubscription(db, people.cato.account, people.host, plan, 'shop.test')
  return { ...people, plan, shop }
}

/** What the form sends when nothing is touched. */
export const wish = (changes: Partial<NewMailbox> = {}): NewMailbox => ({
  local: 'info',
  domain: 'shop.test',
  password: 'correct horse battery 7',
  quota: 100 * MB,
  enabled: true,
  imap: 'plan',
  pop3: 'plan',
  virusScan: 'plan',
  aliases: '',
  catchAll: false,
  forwardTo: '',
  keepCopy: true,
  reply: false,
  replySubject: '',
  replyText: '',
  replyFrom: null,
  replyUntil: null,
  ...changes,
})

/** The same as a browser sends it. */
export const fields = (changes: Record<string, string> = {}) => ({
  local: 'info',
  domain: 'shop.test',
  password: '',
  quota: '100',
  enabled: 'on',
  imap: 'plan',
  pop3: 'plan',
  virusScan: 'plan',
  keepCopy: 'on',
  ...changes,
})
