import { Document } from '../../contract/document.ts'
import {
  MAX_DOCUMENTS,
  MAX_LINE_BYTES,
  type Result,
  type Step,
  type SubscriptionResult,
} from '../../contract/messages.ts'
import type { UsageQuestion } from '../../contract/usage.ts'
import type { Measurements } from './hosts.ts'

/** Half of what a line may have; the rest is room for what stands around the documents. */
const maxBytes = MAX_LINE_BYTES / 2

/** Each fits into one request. */
export function* portions(documents: Document[]): Generator<Document[]> {
  let portion: Document[] = []
  let bytes = 0
  for (const document of documents) {
    const size = Buffer.byteLength(JSON.stringify(document))
    if (portion.length === MAX_DOCUMENTS || (portion.length > 0 && bytes + size > maxBytes)) {
      yield portion
      portion = []
      bytes = 0
    }
    portion.push(document)
    bytes += size
  }
  if (portion.length > 0) yield portion
}

/** One that breaks the contract is held back, else the host refuses all that came with it. */
export function separate(documents: Document[]) {
  const sound: Document[] = []
  const broken: SubscriptionResult[] = []
  for (const document of documents) {
    const { error } = Document.safeParse(document)
    if (error) broken.push(unanswered(document, `Not a valid document: ${places(error)}`))
    else sound.push(document)
  }
  return { sound, broken }
}

/** Where it breaks it; what stands there may be secret. */
const places = ({ issues }: { issues: { path: PropertyKey[] }[] }): string =>
  issues
    .slice(0, 5)
    .map(({ path }) => path.join('.'))
    .join(', ')

/**
 * A host speaks only of what it was asked: no result for anybody else's subscription, none twice, no
 * success for another generation, and one for each document (F-169).
 */
export function onlyAsked(result: Result, documents: Document[]): Result {
  const said = new Map(result.subscriptions.toReversed().map((one) => [one.id, one]))
  const subscriptions = documents.map((document) => {
    const answer = said.get(document.id)
    return answer && fits(answer, document)
      ? answer
      : unanswered(document, 'The host did not say what became of it.')
  })
  return { ...result, subscriptions, ok: result.ok && subscriptions.every(({ ok }) => ok) }
}

/** The same of what it measured. */
export function onlyAskedUsage(
  { counter, subscriptions }: Measurements,
  asked: UsageQuestion[],
): Measurements {
  const said = new Map(subscriptions.map((one) => [one.id, one]))
  return { counter, subscriptions: asked.flatMap(({ id }) => said.get(id) ?? []) }
}

/** Something is there of what should be there, and nothing of what should be gone. */
const fits = ({ ok, generation, facts }: SubscriptionResult, document: Document): boolean =>
  !ok || (generation === document.generation && (facts === null) === (document.state === 'removed'))

/** Steps about others are not passed on, nor more of them than so much work can have. */
export function stepFilter(documents: Document[], onStep: (step: Step) => void) {
  const asked = new Set(documents.map(({ id }) => id))
  let left = 100 + 50 * documents.length
  return (step: Step) => {
    if (step.subscription !== undefined && !asked.has(step.subscription)) return
    if (left-- > 0) onStep(step)
  }
}

export function merge(results: Result[], more: SubscriptionResult[]): Result {
  return {
    type: 'result',
    id: results.at(-1)?.id ?? 'none',
    ok: results.every(({ ok }) => ok) && more.length === 0,
    subscriptions: [...results.flatMap(({ subscriptions }) => subscriptions), ...more],
    errors: results.flatMap(({ errors }) => errors),
    reloaded: [...new Set(results.flatMap(({ reloaded }) => reloaded))],
    ms: results.reduce((sum, { ms }) => sum + ms, 0),
  }
}

const unanswered = ({ id, generation }: Document, text: string): SubscriptionResult => ({
  id,
  generation,
  ok: false,
  changed: [],
  errors: [{ code: 'failed', text }],
  shortfalls: [],
  facts: null,
})
