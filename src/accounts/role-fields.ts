import type { LoginRole } from '../audit/actor.ts'

/** R-14, in words: English, the template translates it. */
export const roleLabels: Record<LoginRole, { label: string; hint: string }> = {
  owner: { label: 'Owner', hint: 'May do everything.' },
  full: { label: 'Full', hint: 'May do everything but let others in.' },
  mail: { label: 'Mail only', hint: 'Sees and changes mailboxes and mailing lists, nothing else.' },
  read: { label: 'Read only', hint: 'Sees everything and changes nothing.' },
}
