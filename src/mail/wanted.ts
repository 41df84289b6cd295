import { asc, eq, sql } from 'drizzle-orm'
import { accounts } from '../accounts/schema.ts'
import type { MailingList as WantedList, Mailbox as WantedMailbox } from '../contract/mail.ts'
import type { Db } from '../db/database.ts'
import { among } from '../db/many.ts'
import type { Limit, Values } from '../plans/catalogue.ts'
import { unlimited } from '../plans/property.ts'
import { systemSettings } from '../settings/reading.ts'
import type { Part } from '../subscriptions/part.ts'
import { type Subscription, subscriptions } from '../subscriptions/schema.ts'
import { addressOf } from './access.ts'
import { type Mailbox, type MailingList, mailAliases, mailboxes, mailingLists } from './schema.ts'
import { isOn, quotaWithin } from './settings.ts'

/** What its plan promises, and every mailbox and list; none of it where there is neither. */
export const wantedMail: Part = async (db, all) => {
  const ids = all.map(({ id }) => id)
  const [boxes, aliases, lists] = await Promise.all([
    mailboxesOf(db, ids),
    aliasesOf(db, ids),
    db
      .select()
      .from(mailingLists)
      .where(among(mailingLists.subscriptionId, ids))
      .orderBy(asc(mailingLists.id)),
  ])
  const boxesOf = Map.groupBy(boxes, (box) => box.mailbox.subscriptionId)
  const listsOf = Map.groupBy(lists, (list) => list.subscriptionId)
  return new Map(
    all.flatMap((one) => {
      const mail = {
        promised: promised(one.values),
        mailboxes: (boxesOf.get(one.id) ?? []).map((box) =>
          wantedMailbox(one, box, aliases.get(box.mailbox.id) ?? []),
        ),
        lists: (listsOf.get(one.id) ?? []).map((list) => wantedList(one, list)),
      }
      const { mailboxes: most, mailingLists: mostLists } = mail.promised
      const some = most !== 0 || mostLists !== 0 || mail.mailboxes.length + mail.lists.length > 0
      return some ? [[one.id, { mail }] as const] : []
    }),
  )
}

const promised = (values: Values) => ({
  mailboxes: count(values.mailboxes),
  mailingLists: count(values.mailingLists),
  imap: values.imap === true && values.mailboxes !== 0,
  pop3: values.pop3 === true && values.mailboxes !== 0,
})

const count = (limit: Limit | undefined): number | null =>
  limit === unlimited ? null : (limit ?? 0)

interface Found {
  mailbox: Mailbox
  /** UTC, to the second */
  from: string | null
  until: string | null
}

function wantedMailbox({ values }: Subscription, found: Found, aliases: string[]): WantedMailbox {
  const { mailbox, from, until } = found
  const { id, passwordHash, quota, enabled, catchAll, forwardTo, keepCopy } = mailbox
  const { reply, replySubject: subject, replyText: text } = mailbox
  return {
    id,
    address: addressOf(mailbox),
    passwordHash,
    quota: quotaWithin(quota, values),
    enabled,
    imap: isOn(mailbox.imap, values.imap === true),
    pop3: isOn(mailbox.pop3, values.pop3 === true),
    virusScan: isOn(mailbox.virusScan, values.virusScan === true),
    aliases,
    catchAll,
    forwardTo,
    keepCopy,
    reply: reply ? { subject, text, from, until } : null,
  }
}

const wantedList = ({ values }: Subscription, list: MailingList): WantedList => ({
  id: list.id,
  address: addressOf(list),
  owner: list.owner,
  posting: list.posting,
  moderated: list.moderated,
  virusScan: values.virusScan === true,
  members: list.members,
})

/** A reply's days begin and end at midnight where the customer is. */
async function mailboxesOf(db: Db, ids: number[]): Promise<Found[]> {
  const { timeZone } = await systemSettings(db)
  const zone = sql`coalesce(${accounts.timeZone}, ${timeZone})`
  const instant = (day: typeof mailboxes.replyFrom | typeof mailboxes.replyUntil, later: number) =>
    sql<string | null>`to_char((${day} + ${later}::int)::timestamp at time zone ${zone}
      at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS')`
  return db
    .select({
      mailbox: mailboxes,
      from: instant(mailboxes.replyFrom, 0),
      until: instant(mailboxes.replyUntil, 1),
    })
    .from(mailboxes)
    .innerJoin(subscriptions, eq(subscriptions.id, mailboxes.subscriptionId))
    .innerJoin(accounts, eq(accounts.id, subscriptions.accountId))
    .where(among(mailboxes.subscriptionId, ids))
    .orderBy(asc(mailboxes.id))
}

async function aliasesOf(db: Db, ids: number[]): Promise<Map<number, string[]>> {
  const rows = await db
    .select()
    .from(mailAliases)
    .where(among(mailAliases.subscriptionId, ids))
    .orderBy(asc(mailAliases.id))
  const grouped = Map.groupBy(rows, ({ mailboxId }) => mailboxId)
  return new Map([...grouped].map(([id, found]) => [id, found.map(addressOf)]))
}
