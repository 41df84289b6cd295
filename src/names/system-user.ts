import { domainToUnicode } from 'node:url'
import { UserName } from '../contract/names.ts'
import { registeredPart } from './domain.ts'

/** Leaves room for a number behind it. */
const MAX_STEM = 26

export const isSystemUser = (name: string): boolean => UserName.safeParse(name).success

/** What a system user is made from when no login name will do: `shop` for `shop.test`. */
export function systemUserStem(domain: string): string {
  const first = domainToUnicode(registeredPart(domain)).split('.')[0]!
  const plain = first
    .normalize('NFKD')
    .replaceAll(/[^a-z0-9]/g, '')
    .slice(0, MAX_STEM)
  return /^[a-z]/.test(plain) ? plain : `web${plain}`.slice(0, MAX_STEM)
}

/** The first of `shop`, `shop2`, `shop3` … that is allowed and not taken; all before `from` are. */
export function freeSystemUser(
  stem: string,
  taken: Pick<ReadonlySet<string>, 'has'>,
  from = 1,
): string {
  for (let number = from; ; number++) {
    const name = number === 1 ? stem : `${stem}${number}`
    if (!taken.has(name) && isSystemUser(name)) return name
  }
}
