import type { Usage } from '../../contract/messages.ts'
import type { SubscriptionUsage, UsageQuestion } from '../../contract/usage.ts'
import type { Environment } from '../environment.ts'
import { readRecord } from '../records.ts'
import { type DiskUse, measureDisk, readDiskUses } from './disk.ts'
import { monthOf } from './months.ts'
import { isThere } from './subscribers.ts'
import { readTraffic, type Traffic } from './traffic.ts'

/** What was measured last. A sandbox has no timer and looks when it is asked; nothing passes through it. */
export async function tellUsage(
  env: Environment,
  asked: UsageQuestion[],
): Promise<Pick<Usage, 'counter' | 'subscriptions'>> {
  const uses = env.real ? readDiskUses(env) : await measureDisk(env, those(env, asked))
  const traffic = env.real ? readTraffic(env) : undefined
  return {
    counter: traffic?.counter ?? '',
    subscriptions: asked.map((question) => ({
      id: question.id,
      disk: diskOf(uses[question.id]),
      traffic: traffic ? monthsOf(traffic, question) : null,
    })),
  }
}

/** No more than needed: a sandbox works inside the panel, which has other things to do. */
const those = (env: Environment, asked: UsageQuestion[]) => ({
  all: asked.flatMap(({ id }) => readRecord(env, id) ?? []).filter(isThere),
  mailboxes: new Map(),
})

function diskOf(use: DiskUse | undefined): SubscriptionUsage['disk'] {
  if (!use) return null
  const { at, ...rest } = use
  return { age: Math.max(0, (Date.now() - at) / 1000), ...rest }
}

function monthsOf({ slots }: Traffic, { id, timeZone }: UsageQuestion) {
  const months = new Map<string, { month: string; web: number; ftp: number; mail: number }>()
  for (const [slot, counted] of Object.entries(slots)) {
    const [web, ftp, mail] = counted[id] ?? [0, 0, 0]
    if (web + ftp + mail === 0) continue
    const month = monthOf(slot, timeZone)
    const sum = months.get(month) ?? { month, web: 0, ftp: 0, mail: 0 }
    sum.web += web
    sum.ftp += ftp
    sum.mail += mail
    months.set(month, sum)
  }
  return [...months.values()]
}
