import type { HostState } from './schema.ts'

export interface Status {
  /** English; the template translates it */
  label: string
  /** one of the stylesheet's */
  color: string
}

export const statusOf: Record<HostState, Status> = {
  new: { label: 'Not set up', color: 'secondary' },
  enrolling: { label: 'Being set up', color: 'blue' },
  online: { label: 'Online', color: 'green' },
  offline: { label: 'Offline', color: 'orange' },
  'key-changed': { label: 'Host key changed', color: 'red' },
  failed: { label: 'Not set up', color: 'red' },
}
