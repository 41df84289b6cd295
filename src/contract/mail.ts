import * as z from 'zod/mini'
import { Domain } from './names.ts'
import { PasswordHash } from './password-hash.ts'

/**
 * The mail of one subscription. Addresses are lower case with A-labels; what passes here is safe as
 * a word in a map of Postfix, in a Sieve script and as an argument.
 */

/** What may stand before the @ of an address of ours. No `+`: what follows it is for the reader. */
export const LocalPart = z
  .string()
  .check(z.maxLength(64), z.regex(/^[a-z0-9](?:[a-z0-9_-]|\.(?!\.|$))*$/))

const Address = z.string().check(
  z.maxLength(254),
  z.refine((address) => {
    const [local, domain, ...rest] = address.split('@')
    const parts = [LocalPart.safeParse(local), Domain.safeParse(domain)]
    return rest.length === 0 && parts.every(({ success }) => success)
  }),
)

/** Anywhere in the world: also what we would not give away ourselves. */
export const ForeignAddress = z.string().check(
  z.maxLength(254),
  z.regex(/^[a-z0-9_=~&'][a-z0-9_=~&'.+-]{0,63}@[a-z0-9.-]+$/),
  z.refine((address) => Domain.safeParse(address.slice(address.indexOf('@') + 1)).success),
)

const Id = z.int().check(z.minimum(1))
const Count = z.int().check(z.minimum(0))
/** One line, nothing that ends it. */
const Line = z.string().check(z.maxLength(200), z.regex(/^[^\p{Cc}\u2028\u2029]*$/u))
const Text = z.string().check(z.maxLength(4000), z.regex(/^(?:[^\p{Cc}]|[\n\t])*$/u))

/** UTC, to the second: `2026-12-24T23:00:00`. */
const Instant = z
  .string()
  .check(z.regex(/^20[0-9]{2}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-5][0-9]$/))

/** Goes to each sender at most once a day; null = no such end. */
const Reply = z.strictObject({
  subject: Line,
  text: Text,
  from: z.nullable(Instant),
  until: z.nullable(Instant),
})

export const MIN_QUOTA = 1024 * 1024
export const MAX_FORWARDS = 20

const Mailbox = z.strictObject({
  /** names its folder: an address that comes back later starts empty */
  id: Id,
  address: Address,
  passwordHash: PasswordHash,
  /** bytes, always a hard limit */
  quota: z.int().check(z.minimum(MIN_QUOTA)),
  /** off: nobody logs in, mail is refused, what is in it stays */
  enabled: z.boolean(),
  imap: z.boolean(),
  pop3: z.boolean(),
  virusScan: z.boolean(),
  /** other addresses that lead here */
  aliases: z.array(Address).check(z.maxLength(1000)),
  /** takes what comes for unknown addresses of its domain */
  catchAll: z.boolean(),
  forwardTo: z.array(ForeignAddress).check(z.maxLength(MAX_FORWARDS)),
  /** whether what is forwarded stays here too */
  keepCopy: z.boolean(),
  reply: z.nullable(Reply),
})
export type Mailbox = z.infer<typeof Mailbox>

export const MAX_MEMBERS = 5000

const MailingList = z.strictObject({
  id: Id,
  address: Address,
  /** gets what has to be decided */
  owner: ForeignAddress,
  posting: z.enum(['members', 'anyone']),
  /** each post waits for the owner */
  moderated: z.boolean(),
  virusScan: z.boolean(),
  members: z.array(ForeignAddress).check(z.maxLength(MAX_MEMBERS)),
})
export type MailingList = z.infer<typeof MailingList>

export const Mail = z
  .strictObject({
    /** What the plan promises; a host that cannot keep it says so (P-49). */
    promised: z.strictObject({
      /** null = unlimited */
      mailboxes: z.nullable(Count),
      mailingLists: z.nullable(Count),
      imap: z.boolean(),
      pop3: z.boolean(),
    }),
    mailboxes: z.array(Mailbox).check(z.maxLength(10_000)),
    lists: z.array(MailingList).check(z.maxLength(1000)),
  })
  .check(z.refine(distinctAddresses))
export type Mail = z.infer<typeof Mail>

/** An address leads to one place, and a domain has one place for what is unknown. */
function distinctAddresses({ mailboxes, lists }: { mailboxes: Mailbox[]; lists: MailingList[] }) {
  const addresses = [
    ...mailboxes.flatMap(({ address, aliases }) => [address, ...aliases]),
    ...lists.map(({ address }) => address),
    ...mailboxes.filter(({ catchAll }) => catchAll).map(({ address }) => atDomain(address)),
  ]
  return new Set(addresses).size === addresses.length
}

/** `@shop.test` */
export const atDomain = (address: string): string => address.slice(address.indexOf('@'))
