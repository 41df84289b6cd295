import { customerChanges } from './customer-changes.ts'
import { customerRemoval } from './customer-removal.ts'
import { customerEndpoints } from './customers.ts'
import type { Endpoint } from './endpoint.ts'
import { planEndpoints } from './plans.ts'
import { subscriptionChanges } from './subscription-changes.ts'
import { subscriptionEndpoints } from './subscriptions.ts'
import { workEndpoints } from './work.ts'

/** All there are, in the order in which they are described. */
export const endpoints: readonly Endpoint[] = [
  ...customerEndpoints,
  ...customerChanges,
  ...customerRemoval,
  ...planEndpoints,
  ...subscriptionEndpoints,
  ...subscriptionChanges,
  ...workEndpoints,
]
