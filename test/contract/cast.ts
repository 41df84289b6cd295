import type { LiveDocument, RemovedDocument } from '../../src/contract/document.ts'

/** Cato's password for ssh, and its hash by `openssl passwd -6`. */
export const password = 'Zirbe-4711-Lawine'
const passwordHash =
  '$6$innkeeper$vkr1SPeafqQ071iBdApGI6FjbWHEtH/DhLB7BomjvBNWwVeEzOrjje5hSHeuvGRO7n003O/kijgD1yQKKLUg80'

/** Cato's subscription as the panel would want it, with what a test changes. */
export function live(changes: Partial<LiveDocument> = {}): LiveDocument {
  return {
    id: 1,
    generation: 1,
    state: 'active',
    user: {
      name: 'cato',
      uid: 70_001,
      passwordHash,
      shell: 'off',
      limits: { cpuSeconds: null, processes: null },
    },
    sites: [{ domain: 'shop.test', www: true, php: '8.2' }],
    ...changes,
  }
}

/** The same with a changed user. */
export function liveUser(
  user: Partial<LiveDocument['user']>,
  changes: Partial<LiveDocument> = {},
): LiveDocument {
  const document = live(changes)
  return { ...document, user: { ...document.user, ...user } }
}

/** Subscription number n, with names and numbers of its own. */
export function numbered(n: number, changes: Partial<LiveDocument> = {}): LiveDocument {
  const sites = [{ domain: `shop${n}.test`, www: true, php: '8.2' }]
  return liveUser({ name: `cato${n}`, uid: 70_000 + n }, { id: n, sites, ...changes })
}

/** The end of a subscription: the next generation. */
export function removalOf({ id, generation, user }: LiveDocument): RemovedDocument {
  const { name, uid } = user
  return { id, generation: generation + 1, state: 'removed', user: { name, uid } }
}

export const removed = (changes: Partial<RemovedDocument> = {}): RemovedDocument => ({
  ...removalOf(live()),
  ...changes,
})
