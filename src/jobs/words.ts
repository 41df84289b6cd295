import type { JobState } from './schema.ts'

/** What each kind does, for people: English, the template translates it. */
export const kindLabels: Readonly<Record<string, string>> = {
  'subscriptions.apply': 'Set up subscription',
  'hosts.greet': 'Read the host key',
  'hosts.enrol': 'Set up host',
  'hosts.check': 'Test connection',
  'hosts.measure': 'Measure disk space and traffic',
  'certificates.fetch': 'Fetch certificate',
  'hosts.install': 'Install on this host',
  'messages.deliver': 'Send mail',
  'auth.forgotten': 'Mail links for forgotten passwords',
}

/** What each kind of batch was, with a place for what it was done to. */
export const batchTitles: Readonly<Record<string, string>> = {
  'plan.changed': 'Change of plan {title}',
}

export const stateWords = {
  waiting: { label: 'Waiting', tone: 'wait' },
  running: { label: 'Running', tone: 'busy' },
  parked: { label: 'Needs attention', tone: 'bad' },
  done: { label: 'Done', tone: 'good' },
  cancelled: { label: 'Cancelled', tone: 'off' },
} as const satisfies Record<JobState, { label: string; tone: string }>

export const outcomeWords = {
  running: stateWords.running,
  done: stateWords.done,
  cancelled: stateWords.cancelled,
  failed: { label: 'Failed', tone: 'bad' },
  lost: { label: 'The runner stopped', tone: 'bad' },
} as const

export interface Spoken {
  label: string
  status: (typeof stateWords)[JobState]
}

export const spoken = <Row extends { kind: string; state: JobState }>(row: Row): Row & Spoken => ({
  ...row,
  label: kindLabels[row.kind] ?? row.kind,
  status: stateWords[row.state],
})
