import * as z from 'zod/mini'

/** Subscriptions in one question about usage: with hundreds of mailboxes each the answer still fits into a line. */
export const MAX_ASKED = 250

const Id = z.int().check(z.minimum(1))
const Bytes = z.int().check(z.minimum(0))

/** Whose usage is asked for, and in whose calendar its months begin. */
export const UsageQuestion = z.strictObject({
  id: Id,
  /** IANA name */
  timeZone: z.string().check(z.regex(/^[A-Za-z0-9_+/-]{1,60}$/)),
})
export type UsageQuestion = z.infer<typeof UsageQuestion>

const Month = z.object({
  month: z.string().check(z.regex(/^[0-9]{4}-(?:0[1-9]|1[0-2])$/)),
  web: Bytes,
  ftp: Bytes,
  mail: Bytes,
})

/** What a host has found out about one subscription by itself, the last time it looked. */
export const SubscriptionUsage = z.object({
  id: Id,
  /** null: it has not looked yet */
  disk: z.nullable(
    z.object({
      /** seconds since it looked: the clocks of hosts differ */
      age: z.number().check(z.minimum(0)),
      /** bytes; home without web */
      home: Bytes,
      web: Bytes,
      mail: Bytes,
      databases: z
        .array(z.object({ name: z.string().check(z.maxLength(64)), bytes: Bytes }))
        .check(z.maxLength(1000)),
      /** as their limits count them */
      mailboxes: z.array(z.object({ id: Id, bytes: Bytes })).check(z.maxLength(10_000)),
    }),
  ),
  /** bytes of each month since the counter began, in and out; null: this host counts none */
  traffic: z.nullable(z.array(Month).check(z.maxLength(100))),
})
export type SubscriptionUsage = z.infer<typeof SubscriptionUsage>
