import type { HostState } from './schema.ts'

export interface Status {
  /** English; the template translates it */
  label: string
  /** one of the stylesheet's */
  tone: 'good' | 'busy' | 'wait' | 'bad' | 'off'
}

export const statusOf: Record<HostState, Status> = {
  new: { label: 'Not set up', tone: 'off' },
  enrolling: { label: 'Being set up', tone: 'busy' },
  online: { label: 'Online', tone: 'good' },
  offline: { label: 'Offline', tone: 'wait' },
  'key-changed': { label: 'Host key changed', tone: 'bad' },
  failed: { label: 'Not set up', tone: 'bad' },
}
