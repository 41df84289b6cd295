import type { LiveDocument, RemovedDocument } from '../../src/contract/document.ts'

/** Of the right form; what it was made from matters to no test that uses it. */
const hash = `$6$salt$${'a'.repeat(85)}/`

/** Cato's subscription as the panel would want it, with what a test changes. */
export function live(changes: Partial<LiveDocument> = {}): LiveDocument {
  return {
    id: 1,
    generation: 1,
    state: 'active',
    user: {
      name: 'cato',
      uid: 70_001,
      passwordHash: hash,
      shell: 'off',
      limits: { cpuSeconds: null, processes: null },
    },
    sites: [{ domain: 'shop.test', www: true, php: '8.2' }],
    ...changes,
  }
}

export function removed(changes: Partial<RemovedDocument> = {}): RemovedDocument {
  return {
    id: 1,
    generation: 2,
    state: 'removed',
    user: { name: 'cato', uid: 70_001 },
    ...changes,
  }
}
