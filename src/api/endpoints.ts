import { customerChanges } from './customer-changes.ts'
import { customerRemoval } from './customer-removal.ts'
import { customerEndpoints } from './customers.ts'
import { databaseEndpoints } from './databases.ts'
import { domainEndpoints } from './domains.ts'
import type { Endpoint } from './endpoint.ts'
import { ftpLoginEndpoints } from './ftp-logins.ts'
import { mailboxEndpoints } from './mailboxes.ts'
import { mailingListEndpoints } from './mailing-lists.ts'
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
  ...domainEndpoints,
  ...mailboxEndpoints,
  ...mailingListEndpoints,
  ...ftpLoginEndpoints,
  ...databaseEndpoints,
  ...workEndpoints,
]
