import type { Limit } from '../plans/property.ts'
import type { DiskUse, Use } from './standing.ts'

/** S-61, S-66: the share of what is allowed once there is more; null: there is not. 0 allowed has no share. */
export function overLimit({ used, allowed }: Use): { share: number | null } | null {
  if (allowed === 'unlimited' || used <= allowed) return null
  return { share: allowed === 0 ? null : used / allowed }
}

/** S-62: with what lies in its home, web site and all, its host takes no more by FTP. */
export const refusesUploads = ({ home, web, allowed }: DiskUse): boolean =>
  overLimit({ used: home + web, allowed }) !== null

/** How full it is, from 0 to 1; null: it has no limit. */
export function fullness(used: number, allowed: Limit): number | null {
  if (allowed === 'unlimited') return null
  return allowed === 0 ? (used > 0 ? 1 : 0) : Math.min(used / allowed, 1)
}

/**
 * What a month will come to when it goes on as it began; null while that is a guess.
 *
 * @param elapsed from 0 to 1
 */
export const forecast = (used: number, elapsed: number): number | null =>
  elapsed < 0.1 ? null : used / elapsed
