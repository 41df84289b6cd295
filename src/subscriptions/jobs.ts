import * as z from 'zod'
import { jobKind } from '../jobs/kind.ts'

/** Make a host match the subscription as it stands when the job runs. */
export const applySubscription = jobKind('subscriptions.apply', {
  payload: z.strictObject({ subscriptionId: z.int().min(1) }),
  key: (payload) => String(payload.subscriptionId),
  maxAttempts: 12,
})
