import type { LiveDocument } from '../../src/contract/document.ts'
import { startPace, usualPace } from '../../src/runner/pace.ts'
import { openLine } from '../agent/line.ts'
import { preparedHost } from '../agent/prepared-host.ts'
import { mailbox, withMail } from '../mail/cast.ts'

// 200 subscriptions with five mailboxes each on one real host, as many at a time as the runner sends
// to a host that takes so long for them.
const count = 200
const pace = startPace(usualPace)
const lane = { place: 1, kind: 'subscriptions.apply' }

const prepared = await preparedHost('mail')
await using _ = prepared.host
const line = await openLine(prepared)
await line.ask({ type: 'install', feature: 'mail' })

const shops = Array.from({ length: count }, (_, n) => {
  const boxes = [1, 2, 3, 4, 5].map((box) => mailbox(n * 10 + box, `box${box}@shop${n + 1}.test`))
  return withMail(n + 1, boxes)
})

const changedOne = (shop: LiveDocument, changes: object): LiveDocument => ({
  ...shop,
  generation: shop.generation + 1,
  mail: {
    ...shop.mail!,
    mailboxes: shop.mail!.mailboxes.map((box, index) =>
      index === 0 ? { ...box, ...changes } : box,
    ),
  },
})

await measured(`${count} with five mailboxes each come`, shops)
await measured('all again, nothing has changed', shops)
const [first] = shops
await measured('one of them switches IMAP off', [changedOne(first!, { imap: false })])
const others = shops.slice(1)
await measured(
  '199 switch IMAP off',
  others.map((shop) => changedOne(shop, { imap: false })),
)
await measured(
  '199 are suspended',
  others.map((shop) => ({ ...shop, generation: 3, state: 'suspended' as const })),
)
line.end()

/** Milliseconds in all, and which service was told to read its files how often. */
async function measured(what: string, documents: LiveDocument[]) {
  const reloads = new Map<string, number>()
  const steps = new Map<string, number>()
  const started = performance.now()
  const calls: number[] = []
  for (let n = 0; n < documents.length; n += calls.at(-1)!) {
    const call = documents.slice(n, n + (pace.known()[0]?.room ?? pace.first))
    const before = performance.now()
    const result = await line.apply(call, ({ step, ms }) =>
      steps.set(step, (steps.get(step) ?? 0) + ms),
    )
    pace.learn(lane, call.length, performance.now() - before)
    calls.push(call.length)
    if (!result?.ok) throw new Error(JSON.stringify(result?.errors))
    for (const service of result.reloaded) reloads.set(service, (reloads.get(service) ?? 0) + 1)
  }
  const took = Math.round(performance.now() - started)
  const told = [...reloads].map(([service, times]) => `${service} ${times} ×`).join(', ')
  const longest = [...steps].sort(([, a], [, b]) => b - a).slice(0, 4)
  const where = longest.map(([step, ms]) => `${step} ${Math.round(ms)}`).join(', ')
  console.log(
    `${what}: ${took} ms in calls of ${calls.join(', ')}; reloaded: ${told || 'nothing'}; longest steps: ${where}`,
  )
}
