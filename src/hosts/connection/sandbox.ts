import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { sandboxAgent } from '../../agent/sandbox.ts'
import type { Step } from '../../contract/messages.ts'
import { merge, onlyAsked, portions, separate, stepFilter } from './answers.ts'
import type { Connected } from './connected.ts'

/** The agent in our own process, with a folder of the installation as its root (design §7). */
export function openSandbox(dataFolder: string, hostId: number): Connected {
  const folder = join(dataFolder, 'sandbox', String(hostId))
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const agent = sandboxAgent(folder)
  const greeting = agent.facts()

  return {
    agent: greeting.agent,
    greeting,
    gone: undefined,
    async apply(documents, onStep) {
      const { sound, broken } = separate(documents)
      const results = []
      for (const portion of portions(sound)) {
        const report = stepFilter(portion, onStep)
        const outcome = await agent.apply(portion, (step) =>
          report({ type: 'step', id: 'sandbox', ...step }),
        )
        results.push(onlyAsked({ type: 'result', id: 'sandbox', ...outcome }, portion))
      }
      return merge(results, broken)
    },
    async install(feature, onStep) {
      const report = (step: object) => onStep({ type: 'step', id: 'sandbox', ...step } as Step)
      return { type: 'installed', id: 'sandbox', ...(await agent.install(feature, report)) }
    },
    facts: async () => agent.facts(),
    usage: (asked) => agent.usage(asked),
    ping: async () => 0,
    close() {},
  }
}
