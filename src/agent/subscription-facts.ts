import type { Document } from '../contract/document.ts'
import type { SubscriptionFacts } from '../contract/messages.ts'
import { documentRoot } from '../contract/sites.ts'
import type { Abilities } from './abilities.ts'
import type { Environment } from './environment.ts'
import { databaseBytes } from './services/databases.ts'
import { servedVersion } from './services/php-version.ts'

/** What the host has of a subscription whose document was carried out; null for a removed one. */
export function subscriptionFacts(
  env: Environment,
  document: Document,
  able: Abilities,
): SubscriptionFacts | null {
  if (document.state === 'removed') return null
  const { user, sites, state } = document
  const databases = (document.databases?.all ?? []).flatMap(({ name }) => {
    const bytes = databaseBytes(env, name)
    return bytes === null ? [] : [{ name, bytes }]
  })
  return {
    state,
    home: `/home/${user.name}`,
    shell: user.shell === 'limited' && !able.limitsShells ? 'bash' : user.shell,
    ...(databases.length > 0 ? { databases } : {}),
    sites: sites.map(({ domain, folder, php }) => ({
      domain,
      root: documentRoot(user.name, folder ?? domain),
      php: servedVersion(php, able.php),
    })),
  }
}
