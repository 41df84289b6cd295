import { withLock } from '../lock.ts'
import type { System } from '../system.ts'
import { diskLimits, readDiskLimits, writeDiskLimits } from './disk-limits.ts'
import { makeDocumentRoots } from './document-roots.ts'
import { untilDovecotReads } from './dovecot.ts'
import { bytesOf, isFolder, isThere, makeFolders } from './folders.ts'
import { log } from './log.ts'
import {
  buildTables,
  compileReplies,
  endMailSessions,
  postfixTrouble,
  reloadPostfix,
  writeList,
} from './mail.ts'
import { setUpMail, setUpVirusScan } from './mail-setup.ts'
import { mariadb } from './mariadb.ts'
import { loadNginx } from './nginx.ts'
import { installPackages } from './packages.ts'
import { phpTrouble } from './php.ts'
import { endProcesses, running } from './processes.ts'
import { emptyTrash } from './trash.ts'
import { troubleWith } from './trouble.ts'
import {
  enableUnits,
  killUnits,
  listening,
  restartServices,
  restartUnits,
  retireUnits,
  startSockets,
  startUnits,
  stopUnits,
} from './units.ts'
import { endOfMailLog, mailboxBytes, readMailLog, reopenWebLog } from './usage.ts'
import { removeUsers, writeUsers } from './users.ts'

/** The system of a Debian host, worked with its own programs. */
export const debian: System = {
  exclusive: withLock,
  writeUsers,
  removeUsers,
  running,
  endProcesses,
  diskLimits,
  readDiskLimits,
  writeDiskLimits,
  makeDocumentRoots,
  loadNginx,
  listening,
  startSockets,
  restartServices,
  retireUnits,
  killUnits,
  startUnits,
  stopUnits,
  makeFolders,
  isFolder,
  isThere,
  bytesOf,
  mailboxBytes,
  readMailLog,
  endOfMailLog,
  reopenWebLog,
  databaseServer: mariadb,
  troubleWith,
  phpTrouble,
  restartUnits,
  buildTables,
  postfixTrouble,
  reloadPostfix,
  untilDovecotReads,
  compileReplies,
  endMailSessions,
  writeList,
  setUpMail,
  setUpVirusScan,
  installPackages,
  enableUnits,
  log,
  emptyTrash,
}
