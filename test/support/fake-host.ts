import type { Document } from '../../src/contract/document.ts'
import type { Failure, Result, Step, SubscriptionResult } from '../../src/contract/messages.ts'
import type { HostConnection, Hosts } from '../../src/hosts/connection/hosts.ts'

const refuse = () => Promise.reject(new Error('This host can only apply'))

/** A host in memory: it has what it was told, unless it was told to make trouble. */
export class FakeHost implements Hosts {
  readonly has = new Map<number, Document>()
  /** numbers of the subscriptions in each request */
  readonly requests: number[][] = []
  /** thrown by the next openings and answers, one each */
  readonly openings: Error[] = []
  readonly lost: Error[] = []
  /** what it says of a subscription instead of doing it */
  readonly failures = new Map<number, Failure>()
  /** happens while it is at work */
  meanwhile = async () => {}

  async open(): Promise<HostConnection> {
    const trouble = this.openings.shift()
    if (trouble) throw trouble
    const apply = this.#apply.bind(this)
    return {
      agent: 'fake',
      apply,
      facts: refuse,
      install: refuse,
      usage: refuse,
      ping: async () => 1,
    }
  }

  hostKey = refuse
  enter = refuse
  drop() {}
  async close() {}

  async #apply(documents: Document[], onStep: (step: Step) => void): Promise<Result> {
    this.requests.push(documents.map(({ id }) => id))
    await this.meanwhile()
    onStep({ type: 'step', id: 'r', step: 'Users', ms: 4, ok: true })
    const answers = documents.map((document) => this.#make(document))
    const trouble = this.lost.shift()
    if (trouble) throw trouble
    const ok = answers.every((answer) => answer.ok)
    return { type: 'result', id: 'r', ok, subscriptions: answers, errors: [], reloaded: [], ms: 5 }
  }

  #make(document: Document): SubscriptionResult {
    const { id, generation, state, user } = document
    const failure = this.failures.get(id)
    const common = { id, generation, ok: !failure, changed: [], shortfalls: [] }
    if (failure) return { ...common, errors: [failure], facts: null }

    this.has.set(id, document)
    const facts =
      state === 'removed'
        ? null
        : { state, home: `/home/${user.name}`, shell: 'off' as const, sites: [] }
    return { ...common, errors: [], facts }
  }
}
