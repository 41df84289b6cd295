import type { Actor } from '../audit/actor.ts'
import { record, recordAll } from '../audit/record.ts'
import type { Db, Transaction } from '../db/database.ts'
import { Conflict } from '../errors.ts'
import { type Queued, queueMail, queueMails, type Urgency } from '../messages/queue.ts'
import { ready } from '../messages/ready.ts'
import { addressOf, makePasswordLink, makePasswordLinks, type Owner } from './password-links.ts'

const resetMinutes = 60
const welcomeHours = 7 * 24

/** What mail with a link in it is made of. */
export interface Post {
  sealingKey: Buffer
  /** where people reach the panel: links begin with it */
  panel: string
}

/** M-40, R-7 */
export async function mailResetLink(tx: Transaction, actor: Actor, post: Post, owner: Owner) {
  const link = await makePasswordLink(tx, owner, post.panel, resetMinutes)
  await queueMail(tx, actor, {
    ...recipient(owner),
    template: 'resetLink',
    words: { login: owner.login.name, minutes: resetMinutes },
    secrets: { key: post.sealingKey, words: { link }, minutes: resetMinutes },
  })
  await note(tx, actor, owner, 'login.reset_link_mailed')
}

/** M-31: also for a further login of an account. */
export const mailWelcome = (tx: Transaction, actor: Actor, post: Post, owner: Owner) =>
  mailWelcomes(tx, actor, post, [owner])

/** Any number of them in a few statements. */
export async function mailWelcomes(
  tx: Transaction,
  actor: Actor,
  post: Post,
  owners: Owner[],
  urgency?: Urgency,
): Promise<Queued[]> {
  const links = await makePasswordLinks(tx, owners, post.panel, welcomeHours * 60)
  const mails = owners.map((owner, n) => ({
    ...recipient(owner),
    template: 'welcome' as const,
    words: { login: owner.login.name, hours: welcomeHours },
    secrets: { key: post.sealingKey, words: { link: links[n]! }, minutes: welcomeHours * 60 },
  }))
  const queued = await queueMails(tx, actor, mails, urgency)
  await recordAll(
    tx,
    actor,
    owners.map((owner) => noted(owner, 'login.welcome_mailed')),
  )
  return queued
}

/** M-42: for a week, like a letter that lies about. */
export async function mailNewPassword(
  tx: Transaction,
  actor: Actor,
  sealingKey: Buffer,
  owner: Owner,
  password: string,
) {
  await queueMail(tx, actor, {
    ...recipient(owner),
    template: 'newPassword',
    words: { login: owner.login.name },
    secrets: { key: sealingKey, words: { password }, minutes: welcomeHours * 60 },
  })
  await note(tx, actor, owner, 'login.new_password_mailed')
}

/** P-6: told of what somebody did to their way in; never the password itself. */
export const mailLoginChanged = (
  tx: Transaction,
  actor: Actor,
  owner: Owner,
  formerLogin: string,
) =>
  queueMail(tx, actor, {
    ...recipient(owner),
    template: 'loginChanged',
    words: { login: owner.login.name, formerLogin },
  })

export const mailPasswordChanged = (tx: Transaction, actor: Actor, owner: Owner) =>
  queueMail(tx, actor, {
    ...recipient(owner),
    template: 'passwordChanged',
    words: { login: owner.login.name },
  })

export const mailSecondFactorReset = (tx: Transaction, actor: Actor, owner: Owner) =>
  queueMail(tx, actor, {
    ...recipient(owner),
    template: 'secondFactorReset',
    words: { login: owner.login.name },
  })

/** Before somebody is left with a mail alone to get in by, which would never come (M-40). */
export async function requireMail(db: Db): Promise<void> {
  if (!(await ready(db))) throw new Conflict(noMail)
}

export const noMail = 'The panel cannot send mail yet: an admin has to name a mail server.'

const recipient = (owner: Owner) => ({
  to: {
    address: addressOf(owner),
    name: owner.account.name,
    language: owner.account.language,
  },
  accountId: owner.account.id,
  providerId: owner.account.providerId,
})

const note = (tx: Transaction, actor: Actor, { login }: Owner, action: string) =>
  record(tx, actor, noted({ login }, action))

const noted = ({ login }: Pick<Owner, 'login'>, action: string) => ({
  action,
  object: { kind: 'login', id: login.id, name: login.name },
  accountId: login.accountId,
})
