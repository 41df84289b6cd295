import type { MessageState } from './schema.ts'

/** For people: English, the template translates it. */
export const messageStates = {
  waiting: { label: 'Waiting', tone: 'wait' },
  sending: { label: 'Sending', tone: 'busy' },
  sent: { label: 'Sent', tone: 'good' },
  failed: { label: 'Failed', tone: 'bad' },
  unknown: { label: 'Not known whether sent', tone: 'bad' },
  withdrawn: { label: 'Withdrawn', tone: 'off' },
} as const satisfies Record<MessageState, { label: string; tone: string }>

export const deliveryOutcomes = {
  sent: { label: 'Taken by the mail server', tone: 'good' },
  refused: { label: 'Refused by the mail server', tone: 'bad' },
  failed: { label: 'Not handed over', tone: 'bad' },
  unknown: { label: 'No answer', tone: 'bad' },
  underWay: { label: 'Under way', tone: 'busy' },
} as const
