import { type LiveDocument, MIN_UID } from '../../../src/contract/document.ts'

export const live = (id: number, generation = 1): LiveDocument => ({
  id,
  generation,
  state: 'active',
  user: {
    name: `cato${id}`,
    uid: MIN_UID + id,
    passwordHash: `$6$abcdefgh$${'x'.repeat(86)}`,
    shell: 'off',
    limits: { cpuSeconds: null, processes: null },
  },
  sites: [{ domain: `shop${id}.test`, www: true, php: null }],
})
