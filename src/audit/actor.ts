export const accountKinds = ['admin', 'reseller', 'customer'] as const
export type AccountKind = (typeof accountKinds)[number]

/** an account's owner and its further logins. */
export const loginRoles = ['owner', 'full', 'mail', 'read'] as const
export type LoginRole = (typeof loginRoles)[number]

/** Somebody at a keyboard: a login of an account. */
export interface Person {
  readonly accountId: number
  readonly loginId: number
  readonly loginName: string
}

/**
 * The doer of a change, handed to every rule. `accountId` and `kind` say in whose account it is
 * done (the subject) and so what may be seen; `impersonator` is who really did it when an admin or
 * reseller works as somebody else (M-34).
 */
export interface Actor {
  readonly accountId: number
  readonly kind: AccountKind
  /** null for the system itself: schedule, command line, first start */
  readonly loginId: number | null
  readonly loginName: string
  readonly role: LoginRole
  readonly impersonator: Person | null
  /** peer address of the request; null when there was none */
  readonly address: string | null
  /** what the login calls the token it came by: nobody was at the keyboard */
  readonly token?: string
}

/** What it goes by in audit and jobs; no login can be called so. English, for the reader's language. */
export const systemNames = {
  schedule: 'Schedule',
  'command line': 'Command line',
  'first start': 'First start',
  'forgotten password': 'Forgotten password',
} as const

/** Who it was, as its reader says it. */
export const doer = (t: (word: string) => string, name: string): string =>
  Object.hasOwn(systemNames, name) ? t(systemNames[name as keyof typeof systemNames]) : name

/** The schedule and the command line act with an admin's sight; the audit shows them by name. */
export function systemActor(name: keyof typeof systemNames): Actor {
  return {
    accountId: 0,
    kind: 'admin',
    loginId: null,
    loginName: name,
    role: 'owner',
    impersonator: null,
    address: null,
  }
}
