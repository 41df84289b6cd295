import { accounts } from '../accounts/schema.ts'
import { subscriptions } from '../subscriptions/schema.ts'

/** Whom a notice about a subscription goes to. */
export const reader = {
  subscriptionId: subscriptions.id,
  domain: subscriptions.domain,
  accountId: accounts.id,
  providerId: accounts.providerId,
  name: accounts.name,
  email: accounts.email,
  language: accounts.language,
}

export interface Reader {
  subscriptionId: number
  domain: string
  accountId: number
  providerId: number | null
  name: string
  email: string
  language: string | null
}
