import { Invalid } from '../errors.ts'
import { catalogue, type Values } from '../plans/catalogue.ts'

/** What `domains.php` may hold beside null, which is: as the subscription. */
export const phpOff = 'off'

/** Versions a domain of such a subscription may have: what its plan gives, and older ones. */
export const phpVersions = ({ php, phpVersion }: Values): string[] =>
  php ? catalogue.phpVersion.options.slice(0, rank(phpVersion) + 1) : []

/** @throws {Invalid} at `php` for what the plan does not give */
export function assertPhpVersion(values: Values, chosen: string | null): void {
  if (chosen === null || chosen === phpOff || phpVersions(values).includes(chosen)) return
  throw new Invalid('php', 'The plan does not give this version of PHP.')
}

/** Chosen once, but the plan may give less now. */
export function servedPhp(values: Values, chosen: string | null): string | null {
  if (!values.php || chosen === phpOff) return null
  if (chosen === null || rank(chosen) > rank(values.phpVersion)) return values.phpVersion
  return chosen
}

const rank = (version: string): number => catalogue.phpVersion.options.indexOf(version)
