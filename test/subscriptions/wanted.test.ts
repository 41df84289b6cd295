import { expect, test } from 'vitest'
import { Document } from '../../src/contract/document.ts'
import { parts } from '../../src/runner/parts.ts'
import { wantedDocuments } from '../../src/subscriptions/wanted.ts'
import { aPlan, aSubscription, cast } from '../support/cast.ts'
import { ownDatabase } from '../support/database.ts'

const db = ownDatabase()

test('a document says what its host should have now', async () => {
  const { cato, host, rita } = await cast(db())
  const gold = await aPlan(db(), rita.account, 'Bash', {
    shell: 'limited',
    phpVersion: '8.3',
    processLimit: 1,
    cpuLimit: 'unlimited',
  })
  const add = (domain: string, more = {}) =>
    aSubscription(db(), cato.account, host, gold, domain, more)
  const longest = `${'a'.repeat(63)}.${'b'.repeat(63)}.${'c'.repeat(63)}.${'d'.repeat(55)}.test`
  const all = [
    await add('shop.test', { generation: 3 }),
    await add('late.test', { suspended: true }),
    await add('gone.test', { removing: true, generation: 2 }),
    await add(longest),
    await add('plain.test', { values: { ...gold.values, php: false, shell: 'off' } }),
  ]

  const documents = await wantedDocuments(
    db(),
    parts,
    all.map((subscription) => subscription.id),
    Buffer.alloc(32),
  )

  expect(documents).toMatchObject([
    {
      id: all[0]!.id,
      generation: 3,
      state: 'active',
      user: { name: 'shoptest', uid: all[0]!.uid, shell: 'limited' },
      sites: [{ domain: 'shop.test', www: true, php: '8.3' }],
    },
    { state: 'suspended' },
    { state: 'removed', generation: 2, user: { name: 'gonetest', uid: all[2]!.uid } },
    { sites: [{ domain: longest, www: false }] }, // F-5
    { user: { shell: 'off' }, sites: [{ php: null }] },
  ])
  expect(documents[0]).toMatchObject({ user: { limits: { cpuSeconds: null, processes: 5 } } })
  for (const document of documents) expect(Document.parse(document)).toEqual(document)
})

test('one that is gone has no document', async () => {
  expect(await wantedDocuments(db(), parts, [987_654], Buffer.alloc(32))).toEqual([])
})
