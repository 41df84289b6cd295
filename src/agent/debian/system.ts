import { withLock } from '../lock.ts'
import type { System } from '../system.ts'
import { makeDocumentRoots } from './document-roots.ts'
import { loadNginx } from './nginx.ts'
import { endProcesses, running } from './processes.ts'
import { emptyTrash } from './trash.ts'
import { listening, restartServices, startSockets, stopUnits } from './units.ts'
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
  stopUnits,
  emptyTrash,
}
