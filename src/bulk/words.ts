/** What was done to many, for people; English, the template translates it. */
export const actionTitles: Readonly<Record<string, string>> = {
  suspend: 'Suspend',
  activate: 'Activate',
  convert: 'Convert to resellers',
  move: 'Move to',
  plan: 'Change plan',
  remove: 'Remove',
  message: 'Send message',
  import: 'Import customers',
}

export const itemStates = ['done', 'waiting', 'failed', 'left', 'undone'] as const
export type ItemState = (typeof itemStates)[number]

export const itemWords = {
  done: { label: 'Done', tone: 'good' },
  waiting: { label: 'Waiting', tone: 'wait' },
  failed: { label: 'Failed', tone: 'bad' },
  left: { label: 'Left out', tone: 'off' },
  undone: { label: 'Undone', tone: 'off' },
} as const satisfies Record<ItemState, { label: string; tone: string }>
