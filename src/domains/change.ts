import { eq, sql } from 'drizzle-orm'
import type { Actor } from '../audit/actor.ts'
import { difference, record } from '../audit/record.ts'
import type { Database } from '../db/database.ts'
import { Invalid } from '../errors.ts'
import { roomForWww } from '../names/domain.ts'
import { domains, type SubscriptionDomain } from '../subscriptions/schema.ts'
import { want } from '../subscriptions/want.ts'
import { lockDomain } from './access.ts'
import { folderOf } from './folder.ts'
import { assertPhpVersion } from './php-choice.ts'

export interface DomainChange {
  /** the form was drawn from (F-73) */
  version: number
  sharedWith: number | null
  www: boolean
  php: string | null
  suspendedText: string
  httpsOnly: boolean
}

/** @returns the job's number, null when nothing differs */
export function changeDomain(db: Database, actor: Actor, id: number, wish: DomainChange) {
  return db.transaction(async (tx) => {
    const owned = await lockDomain(tx, actor, id, wish.version)
    const { domain, subscription, account } = owned
    const { version: _, sharedWith, ...rest } = wish
    if (wish.php !== domain.php) assertPhpVersion(subscription.values, wish.php)
    if (wish.www && !roomForWww(domain.name)) {
      throw new Invalid('www', 'This name is so long that www. does not fit before it.')
    }
    const folder =
      sharedWith === id ? domain.folder : await folderOf(tx, subscription.id, sharedWith)
    const wanted = { ...rest, folder: folder === domain.name ? null : folder }
    const changes = difference<SubscriptionDomain>(domain, wanted, fields)
    if (Object.keys(changes).length === 0) return null

    await tx
      .update(domains)
      .set({ ...wanted, version: sql`${domains.version} + 1` })
      .where(eq(domains.id, id))
    await record(tx, actor, {
      action: 'domain.changed',
      object: { kind: 'domain', id, name: domain.name },
      accountId: account.id,
      changes,
    })
    return want(tx, actor, subscription, {})
  })
}

const fields = ['folder', 'www', 'php', 'suspendedText', 'httpsOnly'] as const
