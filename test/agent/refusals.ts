import { beforeAll, describe, expect, test } from 'vitest'
import type { Document } from '../../src/contract/document.ts'
import { liveUser, numbered, removalOf } from '../contract/cast.ts'
import { carryOut, type Subject } from './subject.ts'

/** What no kind of host does; each test leaves it as it was. */
export function describeRefusals(start: () => Promise<Subject>): void {
  let subject: Subject
  beforeAll(async () => {
    subject = await start()
  })
  const one = (document: Document) => carryOut(subject, document)

  describe('a request that may not be done', () => {
    test('is refused when it is older than what the host has', async () => {
      const wanted = numbered(20, { generation: 5 })
      await one(wanted)
      const before = await subject.state()
      for (const generation of [1, 4]) {
        const late = await one({ ...wanted, generation, state: 'suspended' })
        expect(late).toMatchObject({ ok: false, changed: [], errors: [{ code: 'stale' }] })
      }
      expect(await subject.state()).toBe(before)
      await one(removalOf(wanted))
    })

    // F-161
    test('does not bring back what was removed', async () => {
      const wanted = numbered(21)
      const before = await subject.state()
      await one({ ...removalOf(wanted), generation: 7 })
      expect(await one({ ...wanted, generation: 6 })).toMatchObject({ errors: [{ code: 'stale' }] })
      expect(await subject.state()).toBe(before)
    })

    // F-17
    test('does not take a user that is not ours, whether by name or by number', async () => {
      await subject.addUser('foreign', 1234)
      await subject.addUser('other', 70_023)
      const before = await subject.state()

      const byName = liveUser({ name: 'foreign', uid: 70_022 }, { id: 22 })
      const byUid = liveUser({ name: 'cato23', uid: 70_023 }, { id: 23 })
      const exact = liveUser({ name: 'other', uid: 70_023 }, { id: 24 })
      for (const document of [byName, byUid, exact]) {
        const result = await one(document)
        expect(result).toMatchObject({ ok: false, changed: [], errors: [{ code: 'conflict' }] })
        // what was never made is removed at once, and nobody else's
        expect(await one(removalOf(document))).toMatchObject({ ok: true, changed: [] })
      }
      expect(await subject.state()).toBe(before)
    })

    // F-17, F-19, F-161
    test("does not touch another subscription's user", async () => {
      const mine = numbered(25)
      await one(mine)
      const before = await subject.state()

      const thief = { ...mine, id: 26, generation: 3 }
      expect(await one(thief)).toMatchObject({ ok: false, errors: [{ code: 'conflict' }] })
      expect(await one(removalOf(thief))).toMatchObject({ ok: true, changed: [] })
      const renamed = { ...mine, generation: 2, user: { ...mine.user, name: 'cato27' } }
      expect(await one(renamed)).toMatchObject({ ok: false, errors: [{ code: 'conflict' }] })

      expect(await subject.state()).toBe(before)
      await one(removalOf({ ...mine, generation: 8 }))
    })

    test('does not stop the others in its batch', async () => {
      const good = numbered(28)
      const twin = { ...good, id: 29 }
      const { ok, subscriptions } = await subject.apply([good, twin])
      expect(ok).toBe(false)
      expect(subscriptions).toMatchObject([
        { id: 28, ok: true },
        { id: 29, ok: false, errors: [{ code: 'failed' }] },
      ])
      const heir = { ...numbered(29), user: { ...numbered(29).user, name: good.user.name } }
      const early = await subject.apply([removalOf(good), heir])
      expect(early.subscriptions).toMatchObject([{ ok: true }, { ok: false }])
      expect(await one(heir)).toMatchObject({ ok: true })
      await one(removalOf(heir))
    })
  })
}
