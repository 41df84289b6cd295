import type { Actor } from '../audit/actor.ts'
import { record } from '../audit/record.ts'
import { canInstall, type Installable } from '../contract/installable.ts'
import type { Database } from '../db/database.ts'
import { Conflict } from '../errors.ts'
import { lockHost } from '../hosts/access.ts'
import { enqueue } from '../jobs/enqueue.ts'
import { installOnHost } from './jobs.ts'

/** "Install on this host". @returns the job's number */
export function orderInstallation(
  db: Database,
  actor: Actor,
  hostId: number,
  feature: Installable,
): Promise<number> {
  return db.transaction(async (tx) => {
    const { state, name, facts } = await lockHost(tx, actor, hostId)
    if (!facts || (state !== 'online' && state !== 'offline')) {
      throw new Conflict('Nothing can be installed before the host is set up.')
    }
    if (!canInstall(feature, facts.debian)) {
      throw new Conflict('The Debian of this host does not have it.')
    }
    await record(tx, actor, {
      action: 'host.installation_ordered',
      object: { kind: 'host', id: hostId, name },
      changes: { feature: { from: null, to: feature } },
    })
    return enqueue(tx, actor, { kind: installOnHost, payload: { hostId, feature }, hostId })
  })
}
