import * as z from 'zod'
import { jobKind } from '../jobs/kind.ts'

/**
 * Hand one message to the mail server, if that has not been done and may still be. Servers that ask to
 * be tried later mean up to some hours.
 */
export const deliverMessage = jobKind('messages.deliver', {
  needsHost: false,
  payload: z.strictObject({ messageId: z.int().min(1) }),
  key: ({ messageId }) => String(messageId),
  maxAttempts: 24,
})
