import type { Told } from '../contract/said.ts'
import type { DatabaseServer } from './database-server.ts'
import type { PasswdUser } from './passwd.ts'
import type { MailLine } from './usage/mail-traffic.ts'

/** What a service wants of the running system; the rest it does with files. */
export interface System extends MailSystem, UsageSystem {
  /** Waits for the host's lock, then works alone on this host. */
  exclusive<T>(work: () => Promise<T>): Promise<T>

  /** Brings users from what they are to what is wanted; one that fails does not stop the others. */
  writeUsers(changes: UserChange[], failed: Failed): Promise<void>
  removeUsers(names: string[], failed: Failed): Promise<void>

  /** The uids of those that have something running. */
  running(users: Ending[]): Set<number>
  endProcesses(users: Ending[]): Promise<void>

  /** Whether the file system of /home keeps disk limits per user now, and what is in the way if not. */
  diskLimits(): DiskLimits
  /** In bytes, by uid; who has none is not there. Only where they are kept. */
  readDiskLimits(): Promise<Map<number, number>>
  /** 0 takes one away. */
  writeDiskLimits(limits: Map<number, number>): Promise<void>

  /** Makes folders inside a customer's home, as the customer. */
  makeDocumentRoots(owner: Owner, folders: string[], page: string): Promise<void>

  /** Makes nginx serve its files as they are now. @returns why not, in nginx's words */
  loadNginx(): Promise<string | undefined>

  /** Paths of the unix sockets that listen. */
  listening(): Set<string>
  startSockets(units: string[]): Promise<void>
  restartServices(units: string[]): Promise<void>
  /** Takes no more requests; what runs may end. */
  retireUnits(units: string[]): Promise<void>
  killUnits(units: string[]): Promise<void>

  /** By their whole names. */
  startUnits(units: string[]): Promise<void>
  stopUnits(units: string[]): Promise<void>
  restartUnits(units: string[]): Promise<void>

  /** As the customer, who may have put links there; what is there already stays. */
  makeFolders(owner: Owner, folders: string[]): Promise<void>
  /** Both look into a home, where anything may be in the way. A link to a folder is none. */
  isFolder(path: string): boolean
  isThere(path: string): boolean
  readonly databaseServer: DatabaseServer

  /** @returns why it could not start with its files as they are now, naming the bad one */
  troubleWith(service: Tested): Promise<string | undefined>
  /** The same of a version of PHP with these settings of customers and its own. */
  phpTrouble(version: string, pools: string[]): Promise<string | undefined>

  /**
   * Adds Debian packages from the sources that the host has. Others may work on the host meanwhile.
   * @throws {CommandFailed}
   */
  installPackages(packages: string[], step: StepOf): Promise<void>
  /** Makes systemd read its files again, and these units start now and at each boot. */
  enableUnits(units: string[]): Promise<void>

  /** A line in the host's own log: sudo's has one per channel only. */
  log(text: string): void

  /** Deletes what was put into the trash; may take long. */
  emptyTrash(): Promise<void>
}

/** Services that can say what is wrong with their files without being started. */
export type Tested = 'nginx' | 'ssh' | 'proftpd' | 'mariadb' | 'dovecot' | 'clamd'

export type DiskLimits = { kept: true } | { kept: false; remedy: Told }

/** Postfix, Dovecot and mlmmj. */
export interface MailSystem {
  /** Makes Postfix's databases beside these texts. */
  buildTables(files: string[]): Promise<void>
  /** @returns why Postfix could not start with its configuration, naming the file */
  postfixTrouble(): Promise<string | undefined>
  /** Makes Postfix read everything again, and try what it has not got rid of. */
  reloadPostfix(): Promise<void>
  /** Returns when Dovecot works by these versions of its tables. */
  untilDovecotReads(versions: TableVersion[]): Promise<void>
  compileReplies(files: string[]): Promise<void>
  /** Ends what these addresses have open by IMAP and POP3. */
  endMailSessions(addresses: string[]): Promise<void>
  /** Writes files of a mailing list, never as root; null takes one away. */
  writeList(folder: string, files: Record<string, string | null>): Promise<void>
  /** Postfix and Dovecot as they have to be, once their packages are there. */
  setUpMail(): Promise<void>
  setUpVirusScan(): Promise<void>
}

/** How to tell a version of a table: by what Dovecot then says of this name. */
export interface TableVersion {
  table: DovecotTable
  name: string
  /** among what it says; null: that there is nobody of that name */
  mark: string | null
}
export type DovecotTable = 'users' | 'imap' | 'pop3' | 'smtp'

/** What is there, and what the services say of it. All of it may take long. */
export interface UsageSystem {
  /**
   * What folders take on their disk, in bytes; one inside another counts where it is named first.
   * @returns undefined when there is too much to be counted
   */
  bytesOf(folders: string[]): Promise<number[] | undefined>
  /** By address, as their limits count them. */
  mailboxBytes(): Promise<Map<string, number>>
  /** Gives all lines after a place in the log, the oldest first. @returns the new place */
  readMailLog(
    after: string | undefined,
    take: (line: MailLine) => void,
  ): Promise<string | undefined>
  endOfMailLog(): Promise<string | undefined>
  /** Makes nginx write to a new file, as the old one has another name now. */
  reopenWebLog(): Promise<void>
}

export interface UserChange {
  have: PasswdUser | undefined
  want: PasswdUser
}

/** Whose processes have to end: everything, or only what came in by ssh. */
export interface Ending {
  name: string
  uid: number
  what: 'all' | 'sessions'
}

/** gid: that of the web server, which may read what it serves. */
export interface Owner {
  name: string
  uid: number
  webGid: number
}

export type Failed = (name: string, error: unknown) => void

/** Runs one named part of the work and reports it with what it printed. */
export type StepOf = (name: string, work: () => Promise<string>) => Promise<void>
