import { takenLogins } from '../accounts/creation.ts'
import type { Account } from '../accounts/schema.ts'
import type { Actor } from '../audit/actor.ts'
import { type Told, told } from '../bulk/action.ts'
import type { Transaction } from '../db/database.ts'
import { Invalid, Taken } from '../errors.ts'
import { domainName, namesAbove } from '../names/domain.ts'
import { checkLoginName } from '../names/login.ts'
import { type RefusedName, refusedDomains } from '../subscriptions/names.ts'
import { refusalOf, tried } from './refusal.ts'
import type { Line } from './schema.ts'

export interface Names {
  /** what keeps a line from having its names */
  why(line: number): Told[]
  /** as it is kept; undefined: none is wanted, or it is none */
  domainOf(line: number): string | undefined
  wanted: { domain: string; login: string }[]
  /** how many of them are others', whom the actor does not see */
  strangers: number
}

interface Named {
  line: number
  login: string
  domain: string | undefined
  why: Told[]
}

/** F-15, F-19, F-113: names that are wrong, twice in the file, or somebody's already. */
export async function askNames(
  tx: Transaction,
  actor: Actor,
  provider: Account,
  lines: Line[],
): Promise<Names> {
  const named = lines.flatMap((one) => ('wish' in one ? [namesOf(one.line, one.wish)] : []))
  tellTwice(named)
  const logins = await takenLogins(
    tx,
    named.map(({ login }) => login),
    provider.id,
  )
  const all = named.flatMap(({ domain }) => domain ?? [])
  // A customer that is not there yet has no domain that another name could lie below.
  const nobody = { id: 0, providerId: provider.id }
  const domains = await refusedDomains(tx, nobody, all, { actor, given: false })
  for (const one of named) {
    const login = logins.get(one.login)
    if (login) one.why.push(refusalOf(new Invalid('login', login.sentence)))
    const domain = one.domain && domains.get(one.domain)
    if (domain) one.why.push(whyNot(domain))
  }

  const byLine = new Map(named.map((one) => [one.line, one]))
  const others = [...logins.values()].filter(({ own }) => !own).length
  return {
    why: (line) => byLine.get(line)?.why ?? [],
    domainOf: (line) => byLine.get(line)?.domain,
    wanted: named.flatMap(({ domain, login }) => (domain ? [{ domain, login }] : [])),
    strangers: actor.kind === 'admin' ? 0 : others + [...domains.values()].filter(isStrange).length,
  }
}

const isStrange = ({ why, own }: RefusedName) => why instanceof Taken && !own

function namesOf(line: number, wish: { login: string; domain: string }): Named {
  const login = tried(() => checkLoginName(wish.login))
  const domain = tried(() => (wish.domain === '' ? undefined : domainName(wish.domain)))
  const why = [login.why, domain.why].filter((one) => one !== undefined)
  return { line, login: wish.login, domain: domain.value, why }
}

/** The first of several lines has the name. */
function tellTwice(named: Named[]) {
  const logins = new Map<string, number>()
  const domains = new Map(
    named.toReversed().flatMap(({ domain, line }) => (domain ? [[domain, line]] : [])),
  )
  for (const { line, login, domain, why } of named) {
    const same = logins.get(login) ?? line
    logins.set(login, same)
    if (same !== line) why.push(told('Line {other} has the same user name.', { other: same }))
    if (!domain) continue
    const first = domains.get(domain)!
    if (first !== line) why.push(told('Line {other} has the same domain.', { other: first }))
    const above = namesAbove(domain).find((name) => domains.has(name))
    if (above) {
      const words = { domain: above, other: domains.get(above)! }
      why.push(
        told('This name lies below {domain} of line {other}. {how!}', { ...words, how: byItself }),
      )
    }
  }
}

/** Nobody agrees to ten thousand things with one box. */
function whyNot({ why }: RefusedName): Told {
  if (why.field !== 'consent') return refusalOf(why)
  return told('This name lies below {domain} of {name}. {how!}', { ...why.words, how: byItself })
}

const byItself = 'Create its subscription by itself, where you can agree to that.'
