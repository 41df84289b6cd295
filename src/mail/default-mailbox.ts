import { generatePassword } from '../auth/passwords.ts'
import { LocalPart } from '../contract/mail.ts'
import { GB, unlimited } from '../plans/property.ts'
import { providerSettings } from '../settings/reading.ts'
import { type Furnish, sellerOf } from '../subscriptions/creation.ts'
import { addressOf } from './access.ts'
import { insert, recordCreated } from './creation.ts'

/**
 * S-67 to S-70: where the provider says so, a new subscription comes with a mailbox of that name.
 * Where its plan has no mailboxes it comes without, and whoever made it is told.
 */
export const defaultMailbox: Furnish = async (tx, actor, owned) => {
  const { subscription, account } = owned
  const { defaultMailbox: local } = await providerSettings(tx, sellerOf(account))
  if (local === null) return undefined
  const { mailboxes, mailboxSize } = subscription.values
  if (mailboxes === 0 || !LocalPart.safeParse(local).success) return null

  const password = generatePassword()
  const quota = mailboxSize === unlimited ? GB : Math.min(mailboxSize, GB)
  const place = { local, domain: subscription.domain }
  const mailbox = await insert(tx, owned, { ...place, quota, password })
  await recordCreated(tx, actor, owned, mailbox)
  return { address: addressOf(mailbox), password }
}
