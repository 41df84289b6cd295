import { lockProvider } from '../accounts/creation.ts'
import type { Account } from '../accounts/schema.ts'
import type { Actor } from '../audit/actor.ts'
import { type Told, told } from '../bulk/action.ts'
import type { Transaction } from '../db/database.ts'
import type { Host } from '../hosts/schema.ts'
import { lockAllNames } from '../names/lock.ts'
import type { Values } from '../plans/catalogue.ts'
import type { Plan } from '../plans/schema.ts'
import { values } from '../plans/values.ts'
import { systemUserOf, takenSystemUsers } from '../subscriptions/system-users.ts'
import { openTill, type Till } from '../subscriptions/till.ts'
import { askNames, type Names } from './names.ts'
import { type Offer, offerTo } from './offer.ts'
import { refusalOf } from './refusal.ts'
import type { Import, Wish } from './schema.ts'

/** A line of the file, and what would become of it. */
export interface JudgedLine {
  line: number
  name: string
  /** as it would be written into a file again */
  typed: Record<string, string>
  /** why it is left out; none: it is done */
  why: Told[]
  going: Going | null
}

export interface Going {
  wish: Wish
  /** none: it gets no subscription */
  sale: Sale | null
}

export interface Sale {
  plan: Plan
  host: Host
  domain: string
  systemUser: string
  values: Values
}

export interface Judgement {
  provider: Account
  lines: JudgedLine[]
  /** how many names of others were asked for (F-113) */
  strangers: number
}

/**
 * What would become of each line, one after the other as if each were typed into the form for a new
 * customer, in a handful of statements for all of them. To act on it all names are held besides.
 */
export async function judge(
  tx: Transaction,
  actor: Actor,
  { lines, planId }: Pick<Import, 'lines' | 'planId'>,
  { toAct = false } = {},
): Promise<Judgement> {
  const provider = await lockProvider(tx, actor, 'customer')
  const wishes = lines.flatMap((line) => ('wish' in line ? [line.wish] : []))
  const offer = await offerTo(tx, actor, provider, wishes, planId)
  const till = await openTill(tx, provider.id)
  if (toAct) await lockAllNames(tx)
  const names = await askNames(tx, actor, provider, lines)
  const users = await takenSystemUsers(tx, names.wanted)
  const last = new Map<string, number>()
  const judged = lines.map((one): JudgedLine => {
    const { line } = one
    if (!('wish' in one)) {
      const { typed, why } = one
      return { line, name: typed.name || typed.email || '–', typed, why, going: null }
    }
    const { wish } = one
    const result = judgeWish({ provider, offer, till, names, users, last }, line, wish)
    const why = Array.isArray(result) ? result : []
    return {
      line,
      name: wish.name,
      typed: typedOf(wish),
      why,
      going: Array.isArray(result) ? null : result,
    }
  })
  return { provider, lines: judged, strangers: names.strangers }
}

interface Known {
  provider: Account
  offer: Offer
  till: Till
  names: Names
  /** grows with each */
  users: Map<string, boolean>
  last: Map<string, number>
}

function judgeWish(known: Known, line: number, wish: Wish): Going | Told[] {
  const { provider, offer, names } = known
  const domain = names.domainOf(line)
  const choice = offer.choose(wish)
  const why = [...foreign(wish, provider), ...names.why(line), ...(choice.why ? [choice.why] : [])]
  if (why.length > 0) return why
  const { plan, host } = choice
  try {
    if (!domain || !plan || !host) {
      known.till.sell(null)
      return { wish, sale: null }
    }
    const systemUser = systemUserOf(known.users, domain, wish.login, known.last)
    const sold = known.till.sell(values(plan.values))!
    known.users.set(systemUser, false)
    return { wish, sale: { plan, host, domain, systemUser, values: sold } }
  } catch (refusal) {
    return [refusalOf(refusal)]
  }
}

/** Who takes over a list of others' customers would make them customers of its own. */
function foreign({ provider: named }: Wish, provider: Account): Told[] {
  if (named === '' || named.toLowerCase() === provider.name.toLowerCase()) return []
  const sentence =
    'It belongs to another provider: {provider}. Only customers of your own are imported.'
  return [told(sentence, { provider: named })]
}

const typedOf = (wish: Wish): Record<string, string> =>
  Object.fromEntries(Object.entries(wish).map(([name, value]) => [name, value ?? '']))
