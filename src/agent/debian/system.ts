import { withLock } from '../lock.ts'
import type { System } from '../system.ts'
import { makeDocumentRoots } from './document-roots.ts'
import { log } from './log.ts'
import { loadNginx } from './nginx.ts'
import { endProcesses, running } from './processes.ts'
import { emptyTrash } from './trash.ts'
import { killUnits, listening, restartServices, retireUnits, startSockets } from './units.ts'
import { removeUsers, writeUsers } from './users.ts'

/** The system of a Debian host, worked with its own programs. */
export const debian: System = {
  exclusive: withLock,
  writeUsers,
  removeUsers,
  running,
  endProcesses,
  makeDocumentRoots,
  loadNginx,
  listening,
  startSockets,
  restartServices,
  retireUnits,
  killUnits,
  log,
  emptyTrash,
}
