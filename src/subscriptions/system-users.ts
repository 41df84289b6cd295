import type { Db, Transaction } from '../db/database.ts'
import { amongTexts } from '../db/many.ts'
import { Invalid } from '../errors.ts'
import { lockName } from '../names/lock.ts'
import { freeSystemUser, isSystemUser, systemUserStem } from '../names/system-user.ts'
import { subscriptions, userFamily } from './schema.ts'

export async function claimSystemUser(
  tx: Transaction,
  domain: string,
  login?: string,
): Promise<string> {
  const families = familiesOf(domain, login)
  for (const one of families) await lockName(tx, `system user ${one}`)
  return systemUserOf(await takenBy(tx, families), domain, login)
}

/**
 * The login's name when it can be a system user, else one made from the domain. It is free over
 * the whole panel, whichever host it goes to.
 *
 * @param taken see `takenSystemUsers`
 * @param last the number that was found for each stem before: ten thousand domains in other scripts
 *   have one stem, and must not each be counted from the first
 * @throws {Invalid} at `login` when an earlier user of that name is still being removed (F-19)
 */
export function systemUserOf(
  taken: ReadonlyMap<string, boolean>,
  domain: string,
  login?: string,
  last = new Map<string, number>(),
): string {
  const name = login !== undefined && isSystemUser(login) ? login : undefined
  if (name && taken.get(name)) {
    throw new Invalid(
      'login',
      'This user name is still being removed. Try again when that is done.',
    )
  }
  if (name && !taken.has(name)) return name
  const stem = systemUserStem(domain)
  const free = freeSystemUser(stem, taken, last.get(stem))
  last.set(stem, Number(free.slice(stem.length) || 1))
  return free
}

/** What may stand in the way of any number of them; true: it is being removed. */
export async function takenSystemUsers(
  db: Db,
  wanted: { domain: string; login: string }[],
): Promise<Map<string, boolean>> {
  const families = new Set(wanted.flatMap(({ domain, login }) => familiesOf(domain, login)))
  return takenBy(db, [...families])
}

function familiesOf(domain: string, login?: string): string[] {
  const own = login !== undefined && isSystemUser(login) ? [family(login)] : []
  return [...new Set([family(systemUserStem(domain)), ...own])].sort()
}

/** `shop`, `shop2` and `shop3` are asked for by who wants any of them. */
const family = (name: string): string => name.replace(/[0-9]+$/, '')

/** Names of these families; true: it is being removed. */
async function takenBy(db: Db, families: string[]): Promise<Map<string, boolean>> {
  const { systemUser: name, removing } = subscriptions
  const rows = await db
    .select({ name, removing })
    .from(subscriptions)
    .where(amongTexts(userFamily(name), families))
  return new Map(rows.map((row) => [row.name, row.removing]))
}
