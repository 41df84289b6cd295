import { lstatSync } from 'node:fs'
import type { Document } from '../contract/document.ts'
import type { ErrorCode } from '../contract/messages.ts'
import { say, type Told } from '../contract/said.ts'
import { at, type Environment } from './environment.ts'
import { isOurs, type PasswdBook, subscriptionOf } from './passwd.ts'
import { readRecord } from './records.ts'
import { fail, type Task } from './task.ts'

interface Reason {
  code: ErrorCode
  told: Told
}

/** Refuses, before anything is touched, what is out of date or would touch what is not ours. */
export function refuse(env: Environment, tasks: Task[], book: PasswdBook): void {
  const seen = new Set<string | number>()
  for (const task of tasks) {
    const { user } = task.document
    const reason = reasonAgainst(env, task.document, book, seen)
    if (reason) fail(task, reason.told, reason.code)
    task.closed = reason !== undefined || isForeign(task, book)
    seen.add(user.name).add(user.uid)
  }
}

function reasonAgainst(
  env: Environment,
  document: Document,
  book: PasswdBook,
  seen: Set<string | number>,
): Reason | undefined {
  const { id, generation, state, user } = document
  const record = readRecord(env, id)
  if (record && record.generation > generation)
    return { code: 'stale', told: say('newerHere', { generation: record.generation }) }
  if (record && (record.name !== user.name || record.uid !== user.uid))
    return { code: 'conflict', told: say('otherHere', { id, name: record.name, uid: record.uid }) }
  // the name may be free next time: one is removed, the other comes after it (F-19)
  if (seen.has(user.name) || seen.has(user.uid))
    return { code: 'failed', told: say('twice', { name: user.name, uid: user.uid }) }
  const told = state === 'removed' ? undefined : conflictOf(env, document, book)
  return told && { code: 'conflict', told }
}

/** The name has gone to somebody else, or was never ours: nothing to remove (F-161). */
function isForeign({ document }: Task, book: PasswdBook): boolean {
  const have = book.users.get(document.user.name)
  return document.state === 'removed' && have !== undefined && !isOurs(have, document)
}

/** Whose the name and the number are, when they are not this subscription's (F-17). */
function conflictOf(env: Environment, { id, user }: Document, book: PasswdBook): Told | undefined {
  const { name, uid } = user
  const have = book.users.get(name)
  const owner = have && subscriptionOf(have)
  if (have && owner === undefined) return say('foreignUser', { name })
  if (owner && owner !== id) return say('othersUser', { name, id: owner })
  if (have && have.uid !== uid) return say('otherUid', { name, uid: have.uid, wanted: uid })

  const other = book.nameOfUid.get(uid)
  if (other && other !== name) return say('uidTaken', { uid, name: other })
  const gid = book.gidOf.get(name)
  if (gid !== undefined && gid !== uid) return say('otherGid', { name, gid, wanted: uid })
  const group = book.groupOfGid.get(uid)
  if (group && group !== name) return say('gidTaken', { gid: uid, name: group })

  return foreignHome(env, name, uid)
}

function foreignHome(env: Environment, name: string, uid: number): Told | undefined {
  const home = lstatSync(at(env, `/home/${name}`), { throwIfNoEntry: false })
  if (!home) return undefined
  if (!home.isDirectory()) return say('homeNoFolder', { name })
  if (env.real && home.uid !== uid) return say('foreignHome', { name, uid: home.uid })
  return undefined
}
