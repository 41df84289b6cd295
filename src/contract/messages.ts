import * as z from 'zod/mini'
import { Document, Shell } from './document.ts'
import { Installable } from './installable.ts'
import { mostLetters, mostWords } from './said.ts'
import { MAX_ASKED, SubscriptionUsage, UsageQuestion } from './usage.ts'

/**
 * The channel between runner and agent: one JSON object per line in either direction (agent.md 5).
 * The host refuses keys it does not know. The panel ignores keys and kinds of message it does not
 * know, so that a newer agent can talk to an older panel; but it believes nothing beyond these
 * lengths, for a host may be hostile (F-70, F-153, F-169).
 */
export const PROTOCOL = 1
export const MAX_LINE_BYTES = 8 * 1024 * 1024
/** Documents in one `apply`; more wait for the next. */
export const MAX_DOCUMENTS = 500
/** Text from a host is cut to this by the agent and refused beyond it by the panel. */
export const MAX_TEXT = 4000

const RequestId = z.string().check(z.regex(/^[A-Za-z0-9-]{1,40}$/))

/** What the runner may ask. `leave` ends the agent after the work it has. */
export const Request = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('apply'),
    id: RequestId,
    documents: z
      .array(Document)
      .check(z.minLength(1), z.maxLength(MAX_DOCUMENTS), z.refine(distinctIds)),
  }),
  z.strictObject({ type: z.literal('facts'), id: RequestId }),
  z.strictObject({ type: z.literal('install'), id: RequestId, feature: Installable }),
  z.strictObject({
    type: z.literal('usage'),
    id: RequestId,
    subscriptions: z.array(UsageQuestion).check(z.minLength(1), z.maxLength(MAX_ASKED)),
  }),
  z.strictObject({ type: z.literal('ping'), id: RequestId }),
  z.strictObject({ type: z.literal('leave'), id: RequestId }),
])
export type Request = z.infer<typeof Request>

const Word = z.string().check(z.maxLength(255))
const Text = z.string().check(z.maxLength(MAX_TEXT))
const Milliseconds = z.number().check(z.minimum(0))
const Bytes = z.int().check(z.minimum(0))
const Id = z.int().check(z.minimum(1))

/** The machine as it is now. `provides` names what works on it, in the words of `features.ts`. */
export const HostFacts = z.object({
  hostname: Word,
  debian: Word,
  node: Word,
  /** Changes when the machine starts anew. */
  boot: Word,
  agent: Word,
  cpus: z.int().check(z.minimum(1)),
  /** Load average of one minute. */
  load: z.number().check(z.minimum(0)),
  memory: z.object({ total: Bytes, free: Bytes }),
  /** The file system of /home. */
  disk: z.object({ total: Bytes, free: Bytes }),
  php: z.array(Word).check(z.maxLength(20)),
  provides: z.array(Word).check(z.maxLength(200)),
  subscriptions: z.int().check(z.minimum(0)),
})
export type HostFacts = z.infer<typeof HostFacts>

/** One thing done, at its end. `subscription` where it concerned one; `output` where a command failed, masked. */
export const Step = z.object({
  type: z.literal('step'),
  id: RequestId,
  step: Word,
  ms: Milliseconds,
  ok: z.boolean(),
  subscription: z.optional(Id),
  output: z.optional(Text),
})
export type Step = z.infer<typeof Step>

/** See said.ts. */
const Said = z.object({
  code: z.string().check(z.regex(/^[a-zA-Z]{1,40}$/)),
  words: z
    .record(z.string().check(z.maxLength(40)), z.string().check(z.maxLength(mostLetters)))
    .check(z.refine((words) => Object.keys(words).length <= mostWords)),
})

/** A property the host cannot give as wanted; `remedy` says what would (P-51, P-56). */
export const Shortfall = z.object({
  property: z.string().check(z.regex(/^[a-z][a-zA-Z0-9]{0,60}$/)),
  wanted: Word,
  available: Word,
  remedy: Word,
  said: z.optional(Said),
})
export type Shortfall = z.infer<typeof Shortfall>

/**
 * conflict: a name or uid is somebody else's, nothing was touched (F-17); needs a person.
 * stale: the host has a newer generation, nothing was touched; forget this document.
 * failed: something went wrong; send again.
 */
export const ErrorCode = z.enum(['conflict', 'stale', 'failed'])
export type ErrorCode = z.infer<typeof ErrorCode>

export const Failure = z.object({ code: ErrorCode, text: Text, said: z.optional(Said) })
export type Failure = z.infer<typeof Failure>

/** What the host has of one subscription after the work; null when there is nothing of it. */
export const SubscriptionFacts = z.object({
  state: z.enum(['active', 'suspended']),
  home: Word,
  shell: Shell,
  sites: z
    .array(
      z.object({ domain: Word, root: z.string().check(z.maxLength(600)), php: z.nullable(Word) }),
    )
    .check(z.maxLength(500)),
  databases: z.optional(z.array(z.object({ name: Word, bytes: Bytes })).check(z.maxLength(1000))),
})
export type SubscriptionFacts = z.infer<typeof SubscriptionFacts>

export const SubscriptionResult = z.object({
  id: Id,
  generation: Id,
  ok: z.boolean(),
  /** What was not as wanted and now is; empty = there was nothing to do. */
  changed: z.array(Word).check(z.maxLength(1000)),
  errors: z.array(Failure).check(z.maxLength(50)),
  shortfalls: z.array(Shortfall).check(z.maxLength(200)),
  facts: z.nullable(SubscriptionFacts),
})
export type SubscriptionResult = z.infer<typeof SubscriptionResult>

export const Result = z.object({
  type: z.literal('result'),
  id: RequestId,
  ok: z.boolean(),
  subscriptions: z.array(SubscriptionResult).check(z.maxLength(MAX_DOCUMENTS)),
  /** What concerns the host and no single subscription. */
  errors: z.array(Failure).check(z.maxLength(50)),
  /** Services told to read their files again. */
  reloaded: z.array(Word).check(z.maxLength(50)),
  ms: Milliseconds,
})
export type Result = z.infer<typeof Result>

/** What became of an installation, and the machine after it. */
export const Installed = z.object({
  type: z.literal('installed'),
  id: RequestId,
  /** why it did not work, or does not yet; null = it works */
  error: z.nullable(Text),
  facts: HostFacts,
})
export type Installed = z.infer<typeof Installed>

export const Usage = z.object({
  type: z.literal('usage'),
  id: RequestId,
  /** Another word = it counts from nothing again; empty where no traffic is counted. */
  counter: Word,
  subscriptions: z.array(SubscriptionUsage).check(z.maxLength(MAX_ASKED)),
})
export type Usage = z.infer<typeof Usage>

/** What the agent says. A channel that ends before `result` means unknown: send the same documents again. */
export const Message = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('hello'),
    protocol: z.int(),
    /** Hash of the agent's text, as `bundle()` gives it. */
    version: Word,
    pid: z.int(),
    facts: HostFacts,
  }),
  Step,
  Result,
  Installed,
  Usage,
  z.object({ type: z.literal('facts'), id: RequestId, facts: HostFacts }),
  z.object({ type: z.literal('pong'), id: RequestId, busy: z.boolean() }),
  z.object({
    type: z.literal('refused'),
    id: Word,
    reason: z.enum(['bad-request', 'leaving']),
    detail: Text,
  }),
  z.object({ type: z.literal('bye'), reason: Word }),
])
export type Message = z.infer<typeof Message>

/** Two documents of one subscription in one request would race each other. */
function distinctIds(documents: Document[]): boolean {
  return new Set(documents.map((document) => document.id)).size === documents.length
}
