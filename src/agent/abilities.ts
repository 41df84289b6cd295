import type { Environment } from './environment.ts'
import { installedVersions } from './services/php-version.ts'
import { canLimitShells } from './services/shell-limits.ts'

/** What this host can do for a subscription, looked up once for a batch. */
export interface Abilities {
  /** PHP versions, oldest first. */
  php: string[]
  limitsShells: boolean
}

export const readAbilities = (env: Environment): Abilities => ({
  php: installedVersions(env),
  limitsShells: canLimitShells(env),
})
