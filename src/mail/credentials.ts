import type { ShownOnce } from '../auth/shown-once.ts'

/** Under which a generated password is kept until it was shown. */
export const shownOnce = (objectId: number): ShownOnce => ({
  purpose: 'mailbox password',
  objectId,
})
