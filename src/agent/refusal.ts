import { lstatSync } from 'node:fs'
import type { Document } from '../contract/document.ts'
import type { Failure } from '../contract/messages.ts'
import { at, type Environment } from './environment.ts'
import { isOurs, type PasswdBook, subscriptionOf } from './passwd.ts'
import { readRecord } from './records.ts'
import { fail, type Task } from './task.ts'

/** Refuses, before anything is touched, what is out of date or would touch what is not ours. */
export function refuse(env: Environment, tasks: Task[], book: PasswdBook): void {
  const seen = new Set<string | number>()
  for (const task of tasks) {
    const { user } = task.document
    const reason = reasonAgainst(env, task.document, book, seen)
    if (reason) fail(task, reason.text, reason.code)
    task.closed = reason !== undefined || isForeign(task, book)
    seen.add(user.name).add(user.uid)
  }
}

function reasonAgainst(
  env: Environment,
  document: Document,
  book: PasswdBook,
  seen: Set<string | number>,
): Failure | undefined {
  const { id, generation, state, user } = document
  const record = readRecord(env, id)
  if (record && record.generation > generation)
    return { code: 'stale', text: `This host has generation ${record.generation} already` }
  if (record && (record.name !== user.name || record.uid !== user.uid))
    return { code: 'conflict', text: `Subscription ${id} is ${record.name} here (${record.uid})` }
  // the name may be free next time: one is removed, the other comes after it (F-19)
  if (seen.has(user.name) || seen.has(user.uid))
    return { code: 'failed', text: `${user.name} (${user.uid}) stands in this request twice` }
  const text = state === 'removed' ? undefined : conflictOf(env, document, book)
  return text === undefined ? undefined : { code: 'conflict', text }
}

/** The name has gone to somebody else, or was never ours: nothing to remove (F-161). */
function isForeign({ document }: Task, book: PasswdBook): boolean {
  const have = book.users.get(document.user.name)
  return document.state === 'removed' && have !== undefined && !isOurs(have, document)
}

/** Whose the name and the number are, when they are not this subscription's (F-17). */
function conflictOf(env: Environment, { id, user }: Document, book: PasswdBook) {
  const { name, uid } = user
  const have = book.users.get(name)
  const owner = have && subscriptionOf(have)
  if (have && owner === undefined) return `User ${name} exists on this host and is not ours`
  if (owner && owner !== id) return `User ${name} belongs to subscription ${owner} on this host`
  if (have && have.uid !== uid) return `User ${name} has uid ${have.uid} on this host, not ${uid}`

  const other = book.nameOfUid.get(uid)
  if (other && other !== name) return `uid ${uid} belongs to ${other} on this host`
  const gid = book.gidOf.get(name)
  if (gid !== undefined && gid !== uid)
    return `Group ${name} has gid ${gid} on this host, not ${uid}`
  const group = book.groupOfGid.get(uid)
  if (group && group !== name) return `gid ${uid} belongs to group ${group} on this host`

  return foreignHome(env, name, uid)
}

function foreignHome(env: Environment, name: string, uid: number): string | undefined {
  const home = lstatSync(at(env, `/home/${name}`), { throwIfNoEntry: false })
  if (!home) return undefined
  if (!home.isDirectory()) return `/home/${name} exists on this host and is not a folder`
  if (env.real && home.uid !== uid) return `/home/${name} belongs to uid ${home.uid} on this host`
  return undefined
}
