import { lstatSync } from 'node:fs'
import type { Database, DatabaseUser } from '../../contract/databases.ts'
import { databasePrefix } from '../../contract/databases.ts'
import type { Batch } from '../batch.ts'
import type { DatabaseChange, DatabaseState } from '../database-server.ts'
import { at, type Environment } from '../environment.ts'
import { exists, list, unlessGone } from '../files.ts'
import { each, fail, isLive, isOpen, noted, type Task } from '../task.ts'
import { trouble } from '../trouble.ts'

/** MariaDB keeps a folder for each database there. */
export const DATABASES = '/var/lib/mysql'
const SOCKET = '/run/mysqld/mysqld.sock'

/** What we have MariaDB do otherwise than Debian: users come from outside, and only by TLS. */
export const MARIADB = '/etc/mysql/mariadb.conf.d/99-innkeeper.cnf'

/** Debian's own settings are not enough. A sandbox has been set up from the beginning. */
export const canKeepDatabases = (env: Environment): boolean =>
  env.system.listening().has(SOCKET) && (!env.real || exists(env, MARIADB))

/**
 * Users are made last and go first, so that a database without users is all that a crash leaves, and
 * its folder tells the next run that there is something to do.
 */
export async function applyDatabases({ env, tasks, abilities, step }: Batch): Promise<void> {
  const concerned = abilities.keepsDatabases ? concernedOf(env, tasks) : []
  if (concerned.length === 0) return
  await step('Databases', async () => {
    const names = concerned.map(({ document }) => document.user.name)
    const have = await env.system.databaseServer.read(names)
    await each(concerned, async (task) => {
      const foreign = wanted(task).find((one) => !isOwn(task, one))
      if (foreign) return fail(task, trouble('foreignDatabase', { name: foreign.name }))
      const changes = databaseChanges(task, have)
      if (changes.length === 0) return
      await env.system.databaseServer.change(changes)
      noted(task, 'databases')
    })
  })
}

/** Bytes of its files, which is what it takes from the disk; null: nobody has made it yet. */
export function databaseBytes(env: Environment, name: string): number | null {
  const folder = `${DATABASES}/${name}`
  if (!lstatSync(at(env, folder), { throwIfNoEntry: false })) return null
  return list(env, folder)
    .map((file) => unlessGone(() => lstatSync(at(env, `${folder}/${file}`)).size) ?? 0)
    .reduce((sum, size) => sum + size, 0)
}

/** Those who want databases or have some; the server is not asked for the others. */
function concernedOf(env: Environment, tasks: Task[]): Task[] {
  const owners = new Set(list(env, DATABASES).map((name) => name.split('_')[0]))
  return tasks.filter(
    (task) => isOpen(task) && (wanted(task).length > 0 || owners.has(task.document.user.name)),
  )
}

const wanted = (task: Task): Database[] =>
  isLive(task) ? (task.document.databases?.all ?? []) : []

const isOwn = ({ document }: Task, { name, users }: Database): boolean =>
  [name, ...users.map((user) => user.name)].every((one) =>
    one.startsWith(databasePrefix(document.user.name)),
  )

function databaseChanges(task: Task, have: DatabaseState): DatabaseChange[] {
  const want = wanted(task)
  const prefix = databasePrefix(task.document.user.name)
  const locked = task.document.state === 'suspended'
  const names = new Set(want.map(({ name }) => name))
  const users = want.flatMap((one) => one.users.map((user) => ({ ...user, database: one.name })))
  const keep = new Set(users.map(keyOf))
  return [
    ...[...have.users.values()]
      .filter((user) => user.name.startsWith(prefix) && !keep.has(keyOf(user)))
      .map(({ name, address }) => ({ do: 'drop user', name, address }) as const),
    ...[...have.databases]
      .filter((name) => name.startsWith(prefix) && !names.has(name))
      .map((name) => ({ do: 'drop database', name }) as const),
    ...want
      .filter(({ name }) => !have.databases.has(name))
      .map(({ name }) => ({ do: 'create database', name }) as const),
    ...users
      .map((user) => ({ ...user, locked, tls: user.address !== 'localhost' }))
      .filter((user) => !same(user, have.users.get(keyOf(user))))
      .map((user) => ({ do: 'write user', ...user }) as const),
  ]
}

type Wanted = DatabaseUser & { database: string; locked: boolean; tls: boolean }

const keyOf = ({ name, address }: Pick<DatabaseUser, 'name' | 'address'>) => `${name}@${address}`

function same(want: Wanted, have: Wanted | undefined): boolean {
  const fields = ['passwordHash', 'locked', 'database', 'tls'] as const
  return have !== undefined && fields.every((field) => want[field] === have[field])
}
