import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Document } from '../../src/contract/document.ts'
import { liveUser, removalOf } from '../contract/cast.ts'
import { type Line, openLine } from './line.ts'
import { outerPid, type PreparedHost, preparedHost, settledState } from './prepared-host.ts'
import { visit } from './visitor.ts'

// F-141, F-155: SIGKILL at every step and between them; what was begun is then finished by one more run

let prepared: PreparedHost
/** Carries out what is not to be killed. */
let steady: Line
beforeAll(async () => {
  prepared = await preparedHost()
  steady = await openLine(prepared)
})
afterAll(() => prepared?.host.remove())

let generation = 0
const limits = { cpuSeconds: 60, processes: 30 }
const wanted = () => liveUser({ shell: 'limited', limits }, { generation: ++generation })

const actions: Record<string, { from: () => Document; to: () => Document; status: number }> = {
  create: { from: () => removalOf(wanted()), to: wanted, status: 200 },
  suspend: { from: wanted, to: () => ({ ...wanted(), state: 'suspended' }), status: 503 },
  activate: { from: () => ({ ...wanted(), state: 'suspended' }), to: wanted, status: 200 },
  remove: { from: wanted, to: () => removalOf(wanted()), status: 404 },
}

describe.each(Object.entries(actions))('%s', (_, { from, to, status }) => {
  let goal: string
  let steps: string[]
  beforeAll(async () => {
    await settle(from())
    steps = []
    await steady.apply([to()], ({ step }) => steps.push(step))
    goal = await settledState(prepared.host)
  })

  test('is finished by the next run when killed after any of its steps', async () => {
    expect(steps.length).toBeGreaterThan(4)
    for (let step = 0; step < steps.length; step++) {
      await settle(from())
      const target = to()
      let count = 0
      const result = await killed(target, (kill) => () => count++ === step && kill())
      // after the last step the answer may be under way already
      if (step < steps.length - 1) expect(result, steps[step]).toBeUndefined()
      await expectHealed(target, `killed after ${steps[step]}`)
    }
  })

  test('is finished by the next run when killed at any moment', async () => {
    for (const delay of [2, 8, 14, 20, 28, 40, 55, 75, 95, 110, 122]) {
      await settle(from())
      const target = to()
      await killed(target, (kill) => {
        setTimeout(kill, delay)
        return () => {}
      })
      await expectHealed(target, `killed after ${delay} ms`)
    }
  })

  /** One run does the rest, one more finds nothing to do, and the host is as if nothing had happened. */
  async function expectHealed(target: Document, when: string) {
    const healing = await steady.apply([target])
    expect(healing, when).toMatchObject({ ok: true, errors: [] })
    const again = await steady.apply([target])
    expect(again, when).toMatchObject({ ok: true, reloaded: [], subscriptions: [{ changed: [] }] })
    expect((await visit(prepared.host, 'shop.test')).status, when).toBe(status)
    expect(await settledState(prepared.host), when).toBe(goal)
  }
})

test('leaves nothing when it was killed while creating and removal is wanted next', async () => {
  await settle(removalOf(wanted()))
  const empty = await settledState(prepared.host)
  for (const delay of [6, 10, 14, 18, 22, 26, 30, 34, 38, 42, 50, 60, 90]) {
    await killed(wanted(), (kill) => {
      setTimeout(kill, delay)
      return () => {}
    })
    await settle(removalOf(wanted()))
    expect(await settledState(prepared.host), `killed after ${delay} ms`).toBe(empty)
  }
})

/** Starts the work on a channel of its own and kills the agent as `plan` says. */
async function killed(document: Document, plan: (kill: () => void) => () => void) {
  const line = await openLine(prepared)
  const pid = await outerPid(prepared.host, line.hello.pid)
  await line.apply(
    [document],
    plan(() => process.kill(pid, 'SIGKILL')),
  )
  line.end()
  await line.closed
}

async function settle(document: Document) {
  expect(await steady.apply([document])).toMatchObject({ ok: true })
}
