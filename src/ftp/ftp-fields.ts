import { z } from 'zod'

/** Empty = one is generated; what is wrong with another is the rule's to say (F-56). */
export const passwordField = () =>
  z.string().max(1024, 'Use at most {maximum} characters.').default('')
