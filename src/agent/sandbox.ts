import { resolve } from 'node:path'
import type { Document } from '../contract/document.ts'
import type { Installable } from '../contract/installable.ts'
import type { HostFacts } from '../contract/messages.ts'
import type { UsageQuestion } from '../contract/usage.ts'
import { apply, type Outcome } from './apply.ts'
import type { Report } from './batch.ts'
import type { Environment } from './environment.ts'
import { hostFacts } from './host-facts.ts'
import { type Installation, install } from './install.ts'
import { furnish } from './sandbox/furniture.ts'
import { sandboxSystem } from './sandbox/system.ts'
import { tellUsage } from './usage/tell.ts'

export interface SandboxAgent {
  apply(documents: Document[], report?: Report): Promise<Outcome>
  facts(): HostFacts
  install(feature: Installable, report?: Report): Promise<Installation>
  usage(asked: UsageQuestion[]): ReturnType<typeof tellUsage>
}

/**
 * The agent inside the panel's own process, with a folder as its root and without system commands:
 * users are lines in its passwd, nobody serves the vhosts it writes. Calls may overlap; they work
 * one after the other, as on a host.
 */
export function sandboxAgent(folder: string): SandboxAgent {
  const root = resolve(folder)
  const env: Environment = { root, real: false, system: sandboxSystem(root) }
  furnish(env)
  return {
    async apply(documents, report = () => {}) {
      const outcome = await apply(env, documents, report)
      await env.system.emptyTrash()
      return outcome
    },
    facts: () => hostFacts(env),
    usage: (asked) => tellUsage(env, asked),
    install: (feature, report = () => {}) => install(env, feature, report),
  }
}
