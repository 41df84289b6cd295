import type { Document } from '../contract/document.ts'
import type { SubscriptionFacts } from '../contract/messages.ts'
import { documentRoot } from '../contract/sites.ts'
import type { Abilities } from './abilities.ts'
import { servedVersion } from './services/php-version.ts'

/** What the host has of a subscription whose document was carried out; null for a removed one. */
export function subscriptionFacts(document: Document, able: Abilities): SubscriptionFacts | null {
  if (document.state === 'removed') return null
  const { user, sites, state } = document
  return {
    state,
    home: `/home/${user.name}`,
    shell: user.shell === 'limited' && !able.limitsShells ? 'bash' : user.shell,
    sites: sites.map(({ domain, folder, php }) => ({
      domain,
      root: documentRoot(user.name, folder ?? domain),
      php: servedVersion(php, able.php),
    })),
  }
}
