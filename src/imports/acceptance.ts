import { eq } from 'drizzle-orm'
import { createAccounts } from '../accounts/many-creation.ts'
import { accounts, logins } from '../accounts/schema.ts'
import type { Actor } from '../audit/actor.ts'
import { shadowOfNone } from '../auth/crypt.ts'
import { mailWelcomes, noMail, type Post } from '../auth/password-mail.ts'
import { hashOfNone } from '../auth/passwords.ts'
import { takeTime } from '../bulk/acceptance.ts'
import type { Judged } from '../bulk/action.ts'
import { storeItems } from '../bulk/items.ts'
import { suspendAccounts } from '../bulk/suspending.ts'
import { storeTargets } from '../bulk/targets.ts'
import type { Database, Transaction } from '../db/database.ts'
import { among } from '../db/many.ts'
import { Conflict, Stale } from '../errors.ts'
import { openBatch } from '../jobs/batch.ts'
import { bulk } from '../jobs/enqueue.ts'
import { defaultMailboxes } from '../mail/default-mailbox.ts'
import { ready } from '../messages/ready.ts'
import { openSubscriptions } from '../subscriptions/many-openings.ts'
import { tellHosts } from '../subscriptions/want.ts'
import { type JudgedLine, type Judgement, judge } from './judgement.ts'
import { lockImport } from './keeping.ts'
import { markOf, parted } from './preview.ts'
import { imports } from './schema.ts'

type Goer = ReturnType<typeof parted>['going'][number] & { accountId: number }

/**
 * Does what the preview said, all of it in one transaction (F-65). Confirmed twice, it was done once
 * (F-72).
 *
 * @param post for the welcome mails, if there are to be any
 * @returns the receipt's number
 * @throws {Stale} when it would do something else by now
 */
export function acceptImport(
  db: Database,
  actor: Actor,
  id: number,
  seen: string,
  post: Post | null,
): Promise<number> {
  return db.transaction(async (tx) => {
    await takeTime(tx)
    const kept = await lockImport(tx, actor, id)
    if (kept.batchId !== null) return kept.batchId
    const judgement = await judge(tx, actor, kept, { toAct: true })
    if (markOf(judgement) !== seen) {
      throw new Stale('Something has changed meanwhile. Please look again at what will happen.')
    }
    if (post && !(await ready(tx))) throw new Conflict(noMail)
    const { going, left } = parted(judgement)
    if (going.length === 0) throw new Conflict('There is no line that can be imported.')
    const batchId = await openBatch(tx, actor, {
      kind: 'bulk.account.import',
      title: '',
      accountId: actor.accountId,
      count: judgement.lines.length,
      of: 'account',
    })
    const goers = await create(tx, actor, judgement, going)
    await sell(tx, actor, judgement, goers, batchId)
    await suspend(tx, actor, goers, batchId)
    const mails = post ? await welcome(tx, actor, post, goers, batchId) : new Map()
    await storeItems(tx, batchId, [...left.map(leftOut), ...goers.map(done)], mails)
    const made = goers.map(({ accountId }) => accountId)
    await storeTargets(tx, batchId, 'account', made)
    const lines = left.map(({ line, typed, why }) => ({ line, typed, why }))
    await tx.update(imports).set({ batchId, lines }).where(eq(imports.id, id))
    return batchId
  })
}

/** Whoever is imported chooses a password by a link: none is made, so that none has to be hashed. */
async function create(
  tx: Transaction,
  actor: Actor,
  { provider }: Judgement,
  going: ReturnType<typeof parted>['going'],
): Promise<Goer[]> {
  const wishes = going.map(({ going: { wish } }) => ({
    ...wish,
    kind: 'customer' as const,
    apiAccess: false,
    passwordHash: hashOfNone(),
  }))
  const ids = await createAccounts(tx, actor, provider, wishes)
  return going.map((one, n) => ({ ...one, accountId: ids[n]! }))
}

async function sell(
  tx: Transaction,
  actor: Actor,
  { provider }: Judgement,
  goers: Goer[],
  batchId: number,
) {
  const openings = goers.flatMap(({ accountId, going: { sale } }) =>
    sale ? [{ ...sale, accountId, passwordHash: shadowOfNone() }] : [],
  )
  if (openings.length === 0) return
  const opened = await openSubscriptions(tx, actor, openings, provider.suspended)
  await defaultMailboxes(tx, actor, provider.id, opened)
  await tellHosts(tx, actor, opened, bulk, batchId)
}

/** M-29 */
async function suspend(tx: Transaction, actor: Actor, goers: Goer[], batchId: number) {
  const off = goers.filter(({ going: { wish } }) => wish.status === 'suspended')
  if (off.length === 0) return
  const ids = off.map(({ accountId }) => accountId)
  await suspendAccounts.act(tx, actor, ids, { text: '' }, batchId)
}

async function welcome(
  tx: Transaction,
  actor: Actor,
  post: Post,
  goers: Goer[],
  batchId: number,
): Promise<Map<number, { message: number }>> {
  const owners = await tx
    .select({ login: logins, account: accounts })
    .from(accounts)
    .innerJoin(logins, eq(logins.accountId, accounts.id))
    .where(
      among(
        accounts.id,
        goers.map(({ accountId }) => accountId),
      ),
    )
    .orderBy(accounts.id)
  const queued = await mailWelcomes(tx, actor, post, owners, { priority: bulk, batchId })
  return new Map(queued.map(({ accountId, messageId }) => [accountId!, { message: messageId }]))
}

/** There is no account to go by: below all that there are, in the order of their lines. */
const leftOut = ({ line, name, why: [obstacle] }: JudgedLine): Judged => ({
  id: line - 2 ** 40,
  name,
  obstacle: {
    sentence: 'Line {line}: {told!}',
    words: { ...obstacle!.words, line, told: obstacle!.sentence },
  },
})

const done = ({ accountId: id, name }: Goer): Judged => ({ id, name, obstacle: null })
