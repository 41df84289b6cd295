import { inArray } from 'drizzle-orm'
import type { Account } from '../accounts/schema.ts'
import type { Actor } from '../audit/actor.ts'
import { type Told, told } from '../bulk/action.ts'
import type { Transaction } from '../db/database.ts'
import { Invalid } from '../errors.ts'
import { placeOn } from '../hosts/placement.ts'
import { type Host, hosts } from '../hosts/schema.ts'
import { lockOfferedPlan, offeredPlans } from '../plans/access.ts'
import type { Plan } from '../plans/schema.ts'
import { values } from '../plans/values.ts'
import { refusalOf } from './refusal.ts'
import type { Wish } from './schema.ts'

type Named = Pick<Wish, 'domain' | 'plan' | 'host'>

interface Choice {
  plan?: Plan
  host?: Host
  why?: Told
}

export interface Offer {
  choose(wish: Named): Choice
}

/**
 * What these lines may be sold and where it goes, by the names that they say. What is not on offer is
 * answered like what is not there (F-66).
 */
export async function offerTo(
  tx: Transaction,
  actor: Actor,
  provider: Account,
  wishes: Named[],
  planId: number | null,
): Promise<Offer> {
  const offered = await offeredPlans(tx, provider.id)
  const byName = planNames(offered, provider.id)
  const planOf = ({ plan }: Named) => (plan === '' ? planId : byName.get(plan.toLowerCase())?.id)
  const sold = new Set(
    wishes.filter(({ domain }) => domain !== '').flatMap((wish) => planOf(wish) ?? []),
  )
  const plans = new Map<number, Plan>()
  for (const id of [...sold]
    .filter((id) => offered.some((plan) => plan.id === id))
    .toSorted(byNumber)) {
    plans.set(id, await lockOfferedPlan(tx, provider.id, id))
  }
  const known = await hostsCalled(tx, actor, wishes)
  const places = new Map<string, Host | Told>()
  for (const wish of wishes) {
    const plan = plans.get(planOf(wish) ?? 0)
    const host = hostOf(known, wish)
    const place = `${plan?.id} ${host}`
    if (!plan || host === undefined || places.has(place)) continue
    places.set(place, await placeFor(tx, plan, host))
  }

  return {
    choose(wish) {
      if (wish.domain === '') return wish.plan === '' ? {} : { why: noDomain }
      const id = planOf(wish)
      if (id === null) return { why: noPlan }
      const plan = plans.get(id ?? 0)
      if (!plan) return { why: told('There is no plan “{plan}” on offer.', { plan: wish.plan }) }
      if (wish.host !== '' && actor.kind !== 'admin') return { why: chosenForYou }
      const host = hostOf(known, wish)
      if (host === undefined)
        return { why: told('There is no host “{host}”.', { host: wish.host }) }
      const place = places.get(`${plan.id} ${host}`)!
      return 'sentence' in place ? { why: place } : { plan, host: place }
    },
  }
}

const noDomain = told('It names a plan, but no domain.')
const noPlan = told('It names a domain, but no plan.')
const chosenForYou = told('The host is chosen for you.')

const byNumber = (one: number, other: number) => one - other

/** By name, and by title where that is none's name. Of two admins' plans of one name one's own is meant. */
function planNames(offered: Plan[], sellerId: number): Map<string, Plan> {
  const own = offered.toSorted(
    (a, b) => Number(b.ownerId === sellerId) - Number(a.ownerId === sellerId),
  )
  const called = (name: (plan: Plan) => string) =>
    own.toReversed().map((plan) => [name(plan).toLowerCase(), plan] as const)
  return new Map([...called(({ title }) => title), ...called(({ name }) => name)])
}

/** Machines are the admin's to hand out (F-114). */
async function hostsCalled(
  tx: Transaction,
  actor: Actor,
  wishes: Named[],
): Promise<Map<string, number>> {
  const names = [...new Set(wishes.flatMap(({ host }) => host || []))].slice(0, 1000)
  if (names.length === 0 || actor.kind !== 'admin') return new Map()
  const rows = await tx
    .select({ id: hosts.id, name: hosts.name })
    .from(hosts)
    .where(inArray(hosts.name, names))
  return new Map(rows.map(({ id, name }) => [name, id]))
}

const hostOf = (known: Map<string, number>, { host }: Named): number | null | undefined =>
  host === '' ? null : known.get(host)

async function placeFor(tx: Transaction, plan: Plan, hostId: number | null): Promise<Host | Told> {
  try {
    return await placeOn(tx, values(plan.values), hostId)
  } catch (refusal) {
    if (!(refusal instanceof Invalid)) throw refusal
    return refusalOf(refusal)
  }
}
