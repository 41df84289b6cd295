import { eq, sql } from 'drizzle-orm'
import type { Actor } from '../audit/actor.ts'
import { record } from '../audit/record.ts'
import type { Database } from '../db/database.ts'
import { Stale } from '../errors.ts'
import { enqueue } from '../jobs/enqueue.ts'
import { lockHost } from './access.ts'
import { fingerprint } from './fingerprint.ts'
import { since } from './health.ts'
import { checkHost } from './jobs.ts'
import { hosts } from './schema.ts'

/**
 * An admin knows why the host shows another key (reinstalled, restored): from now on that one is the
 * pinned one (F-151).
 *
 * @param confirmed fingerprint of the new key, as the admin saw it
 * @returns number of the job that then looks whether the agent still answers
 */
export function confirmNewKey(
  db: Database,
  actor: Actor,
  id: number,
  confirmed: string,
): Promise<number> {
  return db.transaction(async (tx) => {
    const { name, state, hostKey, offeredKey } = await lockHost(tx, actor, id)
    if (state !== 'key-changed' || !offeredKey || fingerprint(offeredKey) !== confirmed) {
      throw new Stale('The host shows another key now than on the page you saw. Compare it again.')
    }
    await record(tx, actor, {
      action: 'host.key_confirmed',
      object: { kind: 'host', id, name },
      changes: { hostKey: { from: hostKey && fingerprint(hostKey), to: confirmed } },
    })
    await tx
      .update(hosts)
      .set({
        hostKey: offeredKey,
        offeredKey: null,
        state: 'offline',
        stateSince: since('offline'),
        stateReason: 'Its new key was confirmed.',
        stateDetail: '',
        retryAt: null,
        failures: 0,
        version: sql`${hosts.version} + 1`,
      })
      .where(eq(hosts.id, id))
    return enqueue(tx, actor, { kind: checkHost, payload: { hostId: id }, hostId: id })
  })
}
