import { createHash } from 'node:crypto'
import { mkdirSync, renameSync, rmSync, statSync, utimesSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Batch } from '../batch.ts'
import { at, type Environment } from '../environment.ts'
import { exists, put, read } from '../files.ts'
import { clearDirty, isDirty, markDirty } from '../marks.ts'
import { readPasswd } from '../passwd.ts'
import type { DovecotTable, TableVersion } from '../system.ts'
import { trouble } from '../trouble.ts'
import { customersWithMail, keptMail } from './customer-mail.ts'
import type { MailChange } from './mail.ts'
import { type MailLines, merge } from './mail-lines.ts'
import { TABLES } from './mail-places.ts'
import { canScanForViruses, MILTER_UNIT, UNSCANNED, unscannedText } from './virus-scan.ts'

const PATIENCE_MS = 10_000

/** What Postfix has not been told of yet. */
export const POSTFIX = 'postfix'

const postfixTables = ['domains', 'mailboxes', 'aliases', 'access', 'transport', 'senders'] as const
/** Read again by a process of Postfix that may not look for ten seconds; the others look each time. */
const readRarely: readonly string[] = ['domains', 'transport']
const dovecotTables: DovecotTable[] = ['users', 'imap', 'pop3', 'smtp']

export const tableFile = (name: string): string => `${TABLES}/${name}`

/** The tables of all customers, with these changes. Only those that differ are written. */
export async function writeTables(batch: Batch, changes: MailChange[]): Promise<void> {
  const lines = allLines(batch.env, changes)
  mkdirSync(at(batch.env, TABLES), { recursive: true, mode: 0o711 })
  await writeDovecotTables(batch.env, lines)
  await writePostfixTables(batch, lines)
  await writeUnscanned(batch, lines)
}

function allLines(env: Environment, changes: MailChange[]): MailLines {
  const mail = new Map(customersWithMail(env).map((name) => [name, keptMail(env, name)]))
  for (const { name, want } of changes) mail.set(name, want)
  const names = [...mail.keys()].sort()
  return merge(names.map((name) => mail.get(name)?.lines ?? {}))
}

const textOf = (lines: string[]): string => lines.map((line) => `${line}\n`).join('')

/**
 * Dovecot looks whether they have changed at most once a second: by their length and by the second of
 * their last change, which must not be that of the one before. Postfix is told of a mailbox when
 * Dovecot knows it, else what comes in that second would go back to its sender.
 */
async function writeDovecotTables(env: Environment, lines: MailLines): Promise<void> {
  const gid = readPasswd(env).gidOf.get('dovecot') ?? 0
  const versions: TableVersion[] = []
  for (const table of dovecotTables) {
    const text = versioned(table, lines[table])
    const have = read(env, tableFile(table)) ?? ''
    const [name = nameIn(have), mark] = [nameIn(text), text === '' ? null : markIn(text)]
    if (name) versions.push({ table, name, mark })
    if (have !== text) replaceStamped(env, table, text, gid)
  }
  if (versions.length > 0) await env.system.untilDovecotReads(versions)
}

function replaceStamped(env: Environment, table: DovecotTable, text: string, gid: number): void {
  const file = at(env, tableFile(table))
  const before = statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0
  put(env, tableFile(table), text, { mode: 0o640, gid })
  const stamp = Math.max(Math.floor(before / 1000) + 1, Math.floor(Date.now() / 1000))
  utimesSync(file, stamp, stamp)
}

/**
 * With something that tells which text this is and that Dovecot says when it is asked: among mailboxes
 * a field of the first one, and in the others a name that nobody can log in by.
 */
function versioned(table: DovecotTable, lines: string[]): string {
  const [first, ...rest] = lines
  if (first === undefined) return ''
  const version = createHash('sha256').update(textOf(lines)).digest('hex').slice(0, 16)
  return table === 'users'
    ? textOf([`${first} userdb_innkeeper=${version}`, ...rest])
    : textOf([`version-${version}:{SHA512-CRYPT}*`, ...lines])
}

const nameIn = (text: string): string | undefined => /^([^:\n]+):/.exec(text)?.[1]
const markIn = (text: string): string => /^.* userdb_(innkeeper=[0-9a-f]+)\n/.exec(text)?.[1] ?? ''

/**
 * Tested before anything is touched: a configuration that Postfix cannot read, whoever wrote it,
 * would end it with the reload. The jobs come again until somebody has mended it (F-155).
 */
async function writePostfixTables({ env, reloaded }: Batch, lines: MailLines): Promise<void> {
  const differing = postfixTables.filter(
    (name) => read(env, tableFile(name)) !== textOf(lines[name]),
  )
  if (differing.length === 0 && !isDirty(env, POSTFIX)) return
  const said = await env.system.postfixTrouble()
  if (said) throw trouble('postfixGoesOn', { trouble: said })

  await replace(env, differing, lines)
  if (!isDirty(env, POSTFIX)) return
  await env.system.reloadPostfix()
  reloaded.add(POSTFIX)
  clearDirty(env, POSTFIX)
}

/** Text and database are made aside and renamed in one after the other: Postfix reads the database. */
async function replace(env: Environment, names: string[], lines: MailLines): Promise<void> {
  if (names.length === 0) return
  const aside = `${TABLES}/new`
  rmSync(at(env, aside), { recursive: true, force: true })
  mkdirSync(at(env, aside), { mode: 0o700 })
  for (const name of names)
    put(env, `${aside}/${name}`, textOf(lines[name as keyof MailLines]), { mode: 0o600 })
  await env.system.buildTables(names.map((name) => `${aside}/${name}`))

  if (names.some((name) => readRarely.includes(name))) markDirty(env, POSTFIX)
  for (const file of names.flatMap((name) => [`${name}.db`, name]))
    if (exists(env, `${aside}/${file}`))
      renameSync(at(env, `${aside}/${file}`), at(env, tableFile(file)))
  rmSync(at(env, aside), { recursive: true })
}

/** The milter reads it at its start only. */
async function writeUnscanned({ env, reloaded, abilities }: Batch, lines: MailLines) {
  const text = unscannedText(lines)
  const changed = put(env, UNSCANNED, text, { mark: MILTER_UNIT, ...forMilter(env) })
  if (!abilities.scansForViruses || !(changed || isDirty(env, MILTER_UNIT))) return
  await env.system.restartUnits([MILTER_UNIT])
  // Postfix puts mail off that comes before it listens again
  for (const start = Date.now(); !canScanForViruses(env); await sleep(10))
    if (Date.now() - start > PATIENCE_MS) throw trouble('virusScanStays')
  reloaded.add(MILTER_UNIT)
  clearDirty(env, MILTER_UNIT)
}

/** Customers have shells, and would read everybody's addresses in it. */
const forMilter = (env: Environment) => ({
  mode: 0o640,
  gid: readPasswd(env).gidOf.get('clamav') ?? 0,
})

/** Empty ones, for services that start before the first mailbox. */
export async function prepareTables(env: Environment): Promise<void> {
  mkdirSync(at(env, TABLES), { recursive: true, mode: 0o711 })
  const gid = readPasswd(env).gidOf.get('dovecot') ?? 0
  for (const name of dovecotTables)
    if (!exists(env, tableFile(name))) put(env, tableFile(name), '', { mode: 0o640, gid })
  put(env, UNSCANNED, read(env, UNSCANNED) ?? '', forMilter(env))
  const missing = postfixTables.filter((name) => !exists(env, tableFile(`${name}.db`)))
  for (const name of missing)
    if (!exists(env, tableFile(name))) put(env, tableFile(name), '', { mode: 0o600 })
  if (missing.length > 0) await env.system.buildTables(missing.map(tableFile))
}
