import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { at, type Environment } from '../environment.ts'
import { list, put, read } from '../files.ts'
import { DATABASES, databaseBytes } from '../services/databases.ts'
import { customerFolder } from '../services/mail-places.ts'
import type { Subscribers } from './subscribers.ts'

const DISK = '/var/lib/innkeeper/usage/disk.json'
/** Whoever is killed in the middle loses no more than this. */
const KEEP_EVERY_MS = 10_000

/** What one subscription takes, in bytes, and when that was seen (milliseconds since 1970). */
export interface DiskUse {
  at: number
  /** without web */
  home: number
  web: number
  mail: number
  databases: { name: string; bytes: number }[]
  /** by their numbers, as their limits count them */
  mailboxes: { id: number; bytes: number }[]
}

type Measured = Pick<Subscribers, 'all' | 'mailboxes'>

/** By the number of the subscription. */
export type DiskUses = Record<string, DiskUse>

export const readDiskUses = (env: Environment): DiskUses => JSON.parse(read(env, DISK) ?? '{}')

/** Everybody, whose figures are the oldest first: so a run that was killed is gone on with. */
export async function measureDisk(env: Environment, who: Measured): Promise<DiskUses> {
  const { all } = who
  const before = readDiskUses(env)
  const uses: DiskUses = Object.fromEntries(
    all.flatMap(({ id }) => (before[id] ? [[id, before[id]]] : [])),
  )
  const seen = (id: number) => uses[id]?.at ?? 0
  const [boxes, databases] = [await mailboxesOf(env, who, before), databasesByUser(env)]
  let kept = Date.now()
  for (const { id, name } of [...all].sort((one, other) => seen(one.id) - seen(other.id))) {
    const places = [`/home/${name}/web`, `/home/${name}`, customerFolder(name)]
    const bytes = await env.system.bytesOf(places)
    // what cannot be counted in time has not become nothing
    if (!bytes) continue
    const [web = 0, home = 0, mail = 0] = bytes
    uses[id] = {
      at: Date.now(),
      ...{ home, web, mail },
      databases: (databases.get(name) ?? []).map((one) => ({
        name: one,
        bytes: databaseBytes(env, one) ?? 0,
      })),
      mailboxes: boxes.get(id) ?? [],
    }
    if (Date.now() - kept < KEEP_EVERY_MS) continue
    keep(env, uses)
    kept = Date.now()
  }
  keep(env, uses)
  return uses
}

function keep(env: Environment, uses: DiskUses): void {
  mkdirSync(at(env, dirname(DISK)), { recursive: true, mode: 0o700 })
  put(env, DISK, JSON.stringify(uses), { mode: 0o600 })
}

/** MariaDB keeps a folder for each. */
function databasesByUser(env: Environment): Map<string, string[]> {
  const found = new Map<string, string[]>()
  for (const name of list(env, DATABASES)) {
    const user = /^([a-z0-9]+)_[a-z0-9]+$/.exec(name)?.[1]
    if (user) found.set(user, [...(found.get(user) ?? []), name])
  }
  return found
}

/** One that could not be counted this time has its figure of before. */
async function mailboxesOf(
  env: Environment,
  { mailboxes }: Measured,
  before: DiskUses,
): Promise<Map<number, DiskUse['mailboxes']>> {
  const found = new Map<number, DiskUse['mailboxes']>()
  const told = await env.system.mailboxBytes()
  for (const [address, { subscription, id }] of mailboxes) {
    const former = before[subscription]?.mailboxes.find((box) => box.id === id)
    const bytes = told.get(address) ?? former?.bytes
    if (bytes === undefined) continue
    found.set(subscription, [...(found.get(subscription) ?? []), { id, bytes }])
  }
  return found
}
