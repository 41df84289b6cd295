import type { Document } from '../contract/document.ts'
import type { Environment } from './environment.ts'
import { read } from './files.ts'

/** A line of passwd with what shadow and group say of the same user. */
export interface PasswdUser {
  name: string
  uid: number
  gid: number
  comment: string
  home: string
  shell: string
  hash: string
  /** Day since 1970 from which nobody can log in; empty = never. */
  expires: string
  /** In the group whose ssh logins sshd narrows. */
  customer: boolean
}

export interface PasswdBook {
  users: Map<string, PasswdUser>
  nameOfUid: Map<number, string>
  gidOf: Map<string, number>
  groupOfGid: Map<number, string>
}

export const CUSTOMERS = 'innkeeper-users'
export const SHELLS = { off: '/bin/false', on: '/bin/bash' }
/** A day long gone: usermod has no other way to say "expired" that also stops keys (hosts.md 3.1). */
export const EXPIRED = '1'

/** The users of this host, ours and others, as its files say now. */
export function readPasswd(env: Environment): PasswdBook {
  const groups = lines(env, '/etc/group')
  const customers = new Set(groups.find(([name]) => name === CUSTOMERS)?.[3]?.split(','))
  const shadow = new Map(lines(env, '/etc/shadow').map((line) => [line[0], line]))
  const users = lines(env, '/etc/passwd').map(([name = '', , uid, gid, comment, home, shell]) => ({
    name,
    uid: Number(uid),
    gid: Number(gid),
    comment: comment ?? '',
    home: home ?? '',
    shell: shell ?? '',
    hash: shadow.get(name)?.[1] ?? '',
    expires: shadow.get(name)?.[7] ?? '',
    customer: customers.has(name),
  }))
  return {
    users: new Map(users.map((user) => [user.name, user])),
    nameOfUid: new Map(users.map((user) => [user.uid, user.name])),
    gidOf: new Map(groups.map(([name = '', , gid]) => [name, Number(gid)])),
    groupOfGid: new Map(groups.map(([name = '', , gid]) => [Number(gid), name])),
  }
}

/** The subscription a user belongs to, by the comment we gave it; undefined for a foreign user.
 * A user can append to his own comment (`chfn`), but only after a comma. */
export function subscriptionOf(user: PasswdUser): number | undefined {
  const ours = /^innkeeper ([1-9][0-9]*)(?:,|$)/.exec(user.comment)
  return ours ? Number(ours[1]) : undefined
}

export const isOurs = (have: PasswdUser, { id, user }: Document): boolean =>
  have.uid === user.uid && subscriptionOf(have) === id

export const commentOf = (subscription: number): string => `innkeeper ${subscription}`

function lines(env: Environment, path: string): string[][] {
  const text = read(env, path) ?? ''
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.split(':'))
}
