import { keepSelection } from '../../src/bulk/selection.ts'
import { databases, databaseUsers } from '../../src/databases/schema.ts'
import type { Database } from '../../src/db/database.ts'
import { ftpLogins } from '../../src/ftp/schema.ts'
import { keepImport } from '../../src/imports/keeping.ts'
import { openBatch } from '../../src/jobs/batch.ts'
import { enqueue } from '../../src/jobs/enqueue.ts'
import { type Mailbox, type MailingList, mailboxes, mailingLists } from '../../src/mail/schema.ts'
import { queueMail } from '../../src/messages/queue.ts'
import { applySubscription } from '../../src/subscriptions/jobs.ts'
import {
  domains,
  type Subscription,
  type SubscriptionDomain,
} from '../../src/subscriptions/schema.ts'
import { aLogin, aSubscription, type Cast, cast, type Someone } from '../support/cast.ts'

/** The cast, and something for every page to show. */
export interface World extends Cast {
  /** a login of Cato's account, for mail only */
  clerk: Someone
  /** a login of Rita's account that may only look */
  looker: Someone
  /** of Cato's */
  shop: Subscription
  /** a further domain of it */
  blog: SubscriptionDomain
  /** numbers of a database of it, and of its user */
  data: { database: number; user: number; ftp: number }
  /** a mailbox and a mailing list of it */
  mailbox: Mailbox
  list: MailingList
  /** number of a job for it */
  job: number
  /** number of a batch that Rita asked for */
  batch: number
  /** numbers of what she chose in the lists */
  chosen: { accounts: number; subscriptions: number }
  /** number of a file of customers that she sent */
  imported: number
  /** number of a mail from Rita to Cato */
  message: number
}

export async function makeWorld(db: Database): Promise<World> {
  const people = await cast(db)
  const { rita, cato, host, ritasGold } = people
  const shop = await aSubscription(db, cato.account, host, ritasGold, 'shop.test')
  const job = await db.transaction((tx) =>
    enqueue(tx, rita.actor, {
      kind: applySubscription,
      payload: { subscriptionId: shop.id },
      hostId: host.id,
      accountId: cato.account.id,
      subscriptionId: shop.id,
    }),
  )
  const batch = await db.transaction((tx) =>
    openBatch(tx, rita.actor, {
      kind: 'plan.changed',
      title: 'Gold',
      accountId: rita.account.id,
      count: 1,
    }),
  )
  const [blog] = await db
    .insert(domains)
    .values({ subscriptionId: shop.id, kind: 'domain', name: 'blog.test' })
    .returning()
  const [database] = await db
    .insert(databases)
    .values({ subscriptionId: shop.id, name: `${shop.systemUser}_shop` })
    .returning()
  const [user] = await db
    .insert(databaseUsers)
    .values({ databaseId: database!.id, name: database!.name, passwordHash: `*${'0'.repeat(40)}` })
    .returning()
  const [login] = await db
    .insert(ftpLogins)
    .values({ subscriptionId: shop.id, name: `${shop.systemUser}_photos`, passwordHash: '' })
    .returning()
  const data = { database: database!.id, user: user!.id, ftp: login!.id }
  const place = { subscriptionId: shop.id, domain: 'shop.test' }
  const [mailbox] = await db
    .insert(mailboxes)
    .values({ ...place, local: 'info', passwordHash: shop.passwordHash, quota: 1048576 })
    .returning()
  const [list] = await db
    .insert(mailingLists)
    .values({ ...place, local: 'news', owner: 'cato@cato.test' })
    .returning()
  const accounts = await keepSelection(db, rita.actor, 'account', { ids: [cato.account.id] })
  const subscriptions = await keepSelection(db, rita.actor, 'subscription', { ids: [shop.id] })
  const chosen = { accounts: accounts.id, subscriptions: subscriptions.id }
  const imported = await keepImport(db, rita.actor, {
    ...{ lines: [], unread: [], planId: null, welcome: false },
  })
  const message = await db.transaction((tx) =>
    queueMail(tx, rita.actor, {
      to: { address: cato.account.email, name: cato.account.name, language: null },
      accountId: cato.account.id,
      providerId: rita.account.id,
      template: 'activated',
      words: {},
    }),
  )
  const clerk = await aLogin(db, cato, 'clerk', 'mail')
  const looker = await aLogin(db, rita, 'looker', 'read')
  return {
    ...people,
    clerk,
    looker,
    shop,
    blog: blog!,
    data,
    mailbox: mailbox!,
    list: list!,
    job,
    batch,
    chosen,
    imported,
    message,
  }
}
