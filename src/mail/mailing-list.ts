import { eq, sql } from 'drizzle-orm'
import type { Actor } from '../audit/actor.ts'
import { difference, record } from '../audit/record.ts'
import type { Database } from '../db/database.ts'
import { Stale } from '../errors.ts'
import { foreignAddress, localPart } from '../names/address.ts'
import { takeRoom } from '../subscriptions/room.ts'
import { want } from '../subscriptions/want.ts'
import { addressOf, lockList } from './access.ts'
import { claimAddress } from './claim.ts'
import { members } from './members.ts'
import { type MailingList, mailingLists } from './schema.ts'

export interface ListWish extends Pick<MailingList, 'posting' | 'moderated'> {
  /** as typed */
  owner: string
  /** as typed, one a line */
  members: string
}

export interface NewList extends ListWish {
  local: string
  domain: string
}

export interface ListEdit extends ListWish {
  version: number
}

/** @throws {Invalid} at the field, or at none when there is no room (F-85) */
export function createList(db: Database, actor: Actor, subscriptionId: number, wish: NewList) {
  return db.transaction(async (tx) => {
    const place = { local: localPart(wish.local, 'local'), domain: wish.domain }
    const owned = await takeRoom(tx, actor, subscriptionId, 'mailingLists')
    await claimAddress(tx, subscriptionId, place, 'local')
    const row = { ...place, ...settled(wish), subscriptionId }
    const [list] = await tx.insert(mailingLists).values(row).returning()
    await record(tx, actor, {
      action: 'mailing_list.created',
      object: { kind: 'mailing_list', id: list!.id, name: addressOf(list!) },
      accountId: owned.account.id,
      changes: { members: { to: list!.members.length } },
    })
    return { list: list!, jobId: await want(tx, actor, owned.subscription, {}) }
  })
}

/** @returns the job's number, null when nothing differs */
export function changeList(
  db: Database,
  actor: Actor,
  id: number,
  { version, ...wish }: ListEdit,
): Promise<number | null> {
  return db.transaction(async (tx) => {
    const { list, subscription, account } = await lockList(tx, actor, id)
    if (list.version !== version) {
      throw new Stale('Somebody else changed this list meanwhile. Look at it again.')
    }
    const wanted = settled(wish)
    const changes = difference(list, wanted, ['owner', 'posting', 'moderated'])
    const moved = difference(list, wanted, ['members'])
    if (Object.keys({ ...changes, ...moved }).length === 0) return null

    await tx
      .update(mailingLists)
      .set({ ...wanted, version: sql`${mailingLists.version} + 1` })
      .where(eq(mailingLists.id, id))
    const counts = { members: { from: list.members.length, to: wanted.members.length } }
    await record(tx, actor, {
      action: 'mailing_list.changed',
      object: { kind: 'mailing_list', id, name: addressOf(list) },
      accountId: account.id,
      changes: { ...changes, ...('members' in moved ? counts : {}) },
    })
    return want(tx, actor, subscription, {})
  })
}

const settled = ({ owner, posting, moderated, members: typed }: ListWish) => ({
  owner: foreignAddress(owner, 'owner'),
  posting,
  moderated,
  members: members(typed),
})
