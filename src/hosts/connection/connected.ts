import type { HostFacts } from '../../contract/messages.ts'
import type { HostAway, HostConnection } from './hosts.ts'

/** A connection as the pool keeps it. */
export interface Connected extends HostConnection {
  /** facts that came with the agent's greeting */
  readonly greeting: HostFacts
  /** why it is of no more use */
  readonly gone: HostAway | undefined
  close(): void
}
