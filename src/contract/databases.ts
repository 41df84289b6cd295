import * as z from 'zod/mini'

/**
 * `cato_shop`: the system user's name, then one of its own. The second part has no underscore, so
 * two subscriptions can never mean the same (`a` + `b_c`, `a_b` + `c`).
 */
export const DatabaseName = z.string().check(z.regex(/^[a-z][a-z0-9]{0,30}_[a-z0-9]{1,30}$/))

/** As MariaDB keeps it; the password itself never comes here. */
export const DatabaseHash = z.string().check(z.regex(/^\*[0-9A-F]{40}$/))

/** From where it may connect. An IPv6 address is written as MariaDB compares it: short and small. */
export const DatabaseAddress = z.union([z.literal('localhost'), z.ipv4(), z.ipv6()])

const DatabaseUser = z.strictObject({
  name: DatabaseName,
  passwordHash: DatabaseHash,
  address: DatabaseAddress,
})
export type DatabaseUser = z.infer<typeof DatabaseUser>

const Database = z.strictObject({
  name: DatabaseName,
  users: z.array(DatabaseUser).check(z.maxLength(50)),
})
export type Database = z.infer<typeof Database>

export const Databases = z.strictObject({
  /** how many the plan promises, null = unlimited; a host that has no MariaDB says so (P-49) */
  promised: z.nullable(z.int().check(z.minimum(0))),
  all: z.array(Database).check(z.maxLength(1000), z.refine(distinctNames)),
})
export type Databases = z.infer<typeof Databases>

function distinctNames(all: Database[]): boolean {
  const names = all.map(({ name }) => name)
  const users = all.flatMap((one) => one.users.map(({ name }) => name))
  return new Set(names).size === names.length && new Set(users).size === users.length
}

/** Where a subscription's names begin. */
export const databasePrefix = (systemUser: string): string => `${systemUser}_`
