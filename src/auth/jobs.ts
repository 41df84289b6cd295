import * as z from 'zod'
import { jobKind } from '../jobs/kind.ts'

/** Look whether there is such a login, and mail it a link if so. */
export const answerForgotten = jobKind('auth.forgotten', {
  needsHost: false,
  payload: z.strictObject({ requestId: z.int().min(1) }),
  key: ({ requestId }) => String(requestId),
  maxAttempts: 5,
})
