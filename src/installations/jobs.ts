import * as z from 'zod'
import { Installable } from '../contract/installable.ts'
import { jobKind } from '../jobs/kind.ts'

/** Have the agent add what a feature needs. One waits per feature, as the payload says which. */
export const installOnHost = jobKind('hosts.install', {
  payload: z.strictObject({ hostId: z.int().min(1), feature: z.enum(Installable.options) }),
  key: ({ hostId, feature }) => `${hostId} ${feature}`,
  maxAttempts: 3,
})
