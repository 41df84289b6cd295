import type { Account, Login } from '../accounts/schema.ts'
import type { Actor } from '../audit/actor.ts'

/** Somebody who acts in their own account, before there is a session. */
export const ownActor = (
  { login, account }: { login: Login; account: Pick<Account, 'id' | 'kind'> },
  address: string | null,
): Actor => ({
  accountId: account.id,
  kind: account.kind,
  loginId: login.id,
  loginName: login.name,
  role: login.role,
  impersonator: null,
  address,
})
