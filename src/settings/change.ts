import { createHash } from 'node:crypto'
import { and, eq, sql } from 'drizzle-orm'
import type { Actor } from '../audit/actor.ts'
import { record } from '../audit/record.ts'
import { mayChange } from '../audit/roles.ts'
import type { Changes } from '../audit/schema.ts'
import type { Transaction } from '../db/database.ts'
import { Forbidden, Stale } from '../errors.ts'
import {
  type OwnProviderSettings,
  providerCatalogue,
  type SystemSettings,
  systemCatalogue,
} from './catalogue.ts'
import { ownProviderSettings, systemId, systemSettings } from './reading.ts'
import { settings } from './schema.ts'

/** By an admin. `seen`: fingerprint of the same settings as the form was drawn from (F-73). */
export async function changeSystem(
  tx: Transaction,
  actor: Actor,
  wish: Partial<SystemSettings>,
  seen: string,
): Promise<void> {
  if (actor.kind !== 'admin' || !mayChange(actor, 'hosting')) throw new Forbidden(notYours)
  await lock(tx, systemId)
  await change(tx, actor, systemId, await systemSettings(tx), wish, seen)
}

/** S-67: by the provider itself. */
export async function changeProvider(
  tx: Transaction,
  actor: Actor,
  wish: Partial<OwnProviderSettings>,
  seen: string,
): Promise<void> {
  if (actor.kind === 'customer' || !mayChange(actor, 'hosting')) throw new Forbidden(notYours)
  await lock(tx, actor.accountId)
  const before = await ownProviderSettings(tx, actor.accountId)
  await change(tx, actor, actor.accountId, before, wish, seen)
}

const notYours = 'With this login you can look, but not change.'

/** Of the settings a form shows: another one later means that somebody has saved meanwhile. */
export function fingerprint(values: object): string {
  const entries = Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1))
  return createHash('sha256').update(JSON.stringify(entries)).digest('base64url')
}

/** Settings that were never said have no row to lock. */
const lock = (tx: Transaction, accountId: number) =>
  tx.execute(sql`select pg_advisory_xact_lock(hashtext(${`settings of ${accountId}`}))`)

async function change(
  tx: Transaction,
  actor: Actor,
  accountId: number,
  before: object,
  wish: object,
  seen: string,
) {
  const old = pick({ ...before }, Object.keys(wish))
  if (fingerprint(old) !== seen) {
    throw new Stale('Somebody else has changed these settings meanwhile.')
  }
  const changed = Object.entries(wish).filter(
    ([name, value]) => JSON.stringify(old[name]) !== JSON.stringify(value),
  )
  if (changed.length === 0) return

  for (const [name, value] of changed) await store(tx, accountId, name, value)
  await record(tx, actor, {
    action: 'settings.changed',
    object: { kind: 'settings', id: accountId, name: accountId === systemId ? 'system' : 'own' },
    accountId: accountId || null,
    changes: Object.assign({}, ...changed.map(([name, value]) => told(name, old[name], value))),
  })
}

const pick = (values: Record<string, unknown>, names: string[]) =>
  Object.fromEntries(names.map((name) => [name, values[name]]))

async function store(tx: Transaction, accountId: number, name: string, value: unknown) {
  const same = and(eq(settings.accountId, accountId), eq(settings.name, name))
  await tx.delete(settings).where(same)
  if (!isInitial(name, accountId, value))
    await tx.insert(settings).values({ accountId, name, value })
}

function isInitial(name: string, accountId: number, value: unknown): boolean {
  const catalogue: Record<string, { initial: unknown }> =
    accountId === systemId ? systemCatalogue : providerCatalogue
  return JSON.stringify(catalogue[name]!.initial) === JSON.stringify(value)
}

/** Of a mail server each part by itself, and of its password only that it changed. */
function told(name: string, from: unknown, to: unknown): Changes {
  if (name !== 'smtp') return { [name]: { from, to } }
  const [was, is] = [from ?? {}, to ?? {}] as Record<string, unknown>[]
  const parts = ['host', 'port', 'security', 'authority', 'user'].filter(
    (part) => was![part] !== is![part],
  )
  const told = parts.map((part) => [`smtp.${part}`, { from: was![part], to: is![part] }])
  const password = was!.password === is!.password ? [] : [['smtp.password', {}]]
  return Object.fromEntries([...told, ...password])
}
