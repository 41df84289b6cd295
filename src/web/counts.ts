import { countedConflicts } from '../subscriptions/conflict-count.ts'
import type { Formats } from './i18n.ts'

/** What the menu says beside its entries, by their address: what waits for somebody. */
export type Counts = Partial<Record<string, string>>

export function counts(conflicts: number, show: Formats): Counts {
  const beyond = conflicts === countedConflicts ? '+' : ''
  return conflicts === 0 ? {} : { '/conflicts': `${show.number(conflicts)}${beyond}` }
}
