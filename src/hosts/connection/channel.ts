import type { Document } from '../../contract/document.ts'
import type { Installable } from '../../contract/installable.ts'
import {
  type HostFacts,
  type Installed,
  MAX_LINE_BYTES,
  Message,
  PROTOCOL,
  Request,
  type Result,
  type Step,
  type Usage,
} from '../../contract/messages.ts'
import type { UsageQuestion } from '../../contract/usage.ts'
import { merge, onlyAsked, onlyAskedUsage, portions, separate, stepFilter } from './answers.ts'
import { oneLine, parsePlain } from './host-text.ts'
import { HostAway, type HostConnection, type Measurements, Unknown } from './hosts.ts'
import { type Limits, maxAnswer, maxNoise, maxUnasked } from './limits.ts'
import { lineReader } from './lines.ts'

/** Carries lines to the agent; what comes back is given to `receive`. */
export interface Wire {
  send(line: string): void
  cut(): void
}

export type Hello = Extract<Message, { type: 'hello' }>
type Answer = Extract<Message, { type: 'result' | 'facts' | 'installed' | 'usage' | 'pong' }>
type Question = Request extends infer R ? (R extends Request ? Omit<R, 'id'> : never) : never

interface Asked {
  expects: Answer['type']
  until: number
  onStep: (step: Step) => void
  resolve: (answer: Answer) => void
  reject: (error: Error) => void
}

/**
 * Talks with one agent. Several requests may be under way, told apart by their ids. Once lost it stays
 * lost: whoever waits for an answer gets Unknown, whoever comes later HostAway.
 */
export class Channel implements HostConnection {
  readonly #wire: Wire
  readonly #limits: Limits
  readonly #read = lineReader(MAX_LINE_BYTES)
  readonly #asked = new Map<string, Asked>()
  readonly #greeting = Promise.withResolvers<Hello>()
  readonly #clock: NodeJS.Timeout
  #hello: Hello | undefined
  #gone: HostAway | undefined
  #count = 0
  #bytes = 0
  #heardAt = Date.now()
  #saidAt = Date.now()
  #askedAt = Date.now()

  constructor(wire: Wire, limits: Limits) {
    this.#wire = wire
    this.#limits = limits
    this.#clock = setInterval(() => this.#look(), Math.min(limits.silence, limits.idle) / 6)
    this.#clock.unref()
    this.#greeting.promise.catch(() => {})
  }

  /** @throws HostAway */
  get hello(): Promise<Hello> {
    return this.#greeting.promise
  }

  get agent(): string {
    return this.#hello?.version ?? ''
  }

  get gone(): HostAway | undefined {
    return this.#gone
  }

  async apply(documents: Document[], onStep: (step: Step) => void): Promise<Result> {
    const { sound, broken } = separate(documents)
    const results: Result[] = []
    for (const portion of portions(sound)) {
      const { answer, perDocument } = this.#limits
      const patience = answer + perDocument * portion.length
      const question = { type: 'apply', documents: portion } as const
      const result = await this.#ask(question, 'result', patience, stepFilter(portion, onStep))
      results.push(onlyAsked(result as Result, portion))
    }
    return merge(results, broken)
  }

  async install(feature: Installable, onStep: (step: Step) => void): Promise<Installed> {
    const question = { type: 'install', feature } as const
    const steps = stepFilter([], onStep)
    const answer = await this.#ask(question, 'installed', this.#limits.install, steps)
    return answer as Installed
  }

  async facts(): Promise<HostFacts> {
    const answer = await this.#ask({ type: 'facts' }, 'facts', this.#limits.answer)
    return (answer as Extract<Answer, { type: 'facts' }>).facts
  }

  async usage(asked: UsageQuestion[]): Promise<Measurements> {
    const question = { type: 'usage', subscriptions: asked } as const
    const answer = (await this.#ask(question, 'usage', this.#limits.answer)) as Usage
    return onlyAskedUsage(answer, asked)
  }

  async ping(): Promise<number> {
    const started = performance.now()
    await this.#ask({ type: 'ping' }, 'pong', this.#limits.silence)
    return performance.now() - started
  }

  receive(chunk: Buffer) {
    if (this.#gone) return
    this.#bytes += chunk.length
    if (this.#bytes > this.#allowance()) return this.lost('It sends more than it was asked for.')
    try {
      for (const line of this.#read(chunk)) this.#hear(line)
    } catch (error) {
      if (!(error instanceof RangeError)) throw error
      this.lost('It sends a line without an end.')
    }
  }

  lost(reason: string, detail = '') {
    if (this.#gone) return
    this.#gone = new HostAway(reason, oneLine(detail))
    clearInterval(this.#clock)
    this.#wire.cut()
    this.#greeting.reject(this.#gone)
    for (const { reject } of this.#asked.values()) reject(new Unknown(this.#gone.message))
    this.#asked.clear()
  }

  #ask(
    question: Question,
    expects: Answer['type'],
    patience: number,
    onStep: (step: Step) => void = () => {},
  ): Promise<Answer> {
    if (this.#gone) return Promise.reject(this.#gone)
    const { promise, resolve, reject } = Promise.withResolvers<Answer>()
    const id = `r${++this.#count}`
    const line = JSON.stringify(Request.parse({ ...question, id }))
    if (this.#asked.size === 0) this.#heardAt = Date.now()
    this.#asked.set(id, { expects, until: Date.now() + patience, onStep, resolve, reject })
    this.#bytes = 0
    this.#askedAt = Date.now()
    this.#say(line)
    return promise
  }

  #say(line: string) {
    this.#saidAt = Date.now()
    this.#wire.send(`${line}\n`)
  }

  #allowance(): number {
    if (!this.#hello) return maxNoise
    return this.#asked.size > 0 ? maxAnswer : maxUnasked
  }

  #hear(line: string) {
    if (this.#gone) return
    const said = parsePlain(line)
    const { success, data: message } = Message.safeParse(said)
    if (!success) return this.#puzzled(said)
    this.#heardAt = Date.now()

    if (message.type === 'hello') return this.#greet(message)
    if (message.type === 'bye') return this.lost('Its agent has ended.', message.reason)
    const asked = this.#asked.get(message.id)
    if (!asked) return
    if (message.type === 'step') return asked.onStep(message)
    if (message.type === 'refused') return this.#refuse(message.id, asked, message)
    if (message.type !== asked.expects) return
    this.#asked.delete(message.id)
    asked.resolve(message)
  }

  #greet(hello: Hello) {
    if (this.#hello) return
    if (hello.protocol !== PROTOCOL) return this.lost(otherAgent)
    this.#hello = hello
    this.#bytes = 0
    this.#greeting.resolve(hello)
  }

  #refuse(id: string, asked: Asked, { reason, detail }: { reason: string; detail: string }) {
    if (reason === 'leaving') return this.lost('Its agent is ending.', detail)
    this.#asked.delete(id)
    asked.reject(new Error(`The host refuses the request: ${oneLine(detail)}`))
  }

  /** A notice of the day, a message of a newer agent – or an answer that is none. */
  #puzzled(said: unknown) {
    if (typeof said !== 'object' || said === null) return
    const { type, id } = said as { type?: unknown; id?: unknown }
    if (type === 'hello' && !this.#hello) return this.lost(otherAgent)
    const asked = typeof id === 'string' ? this.#asked.get(id) : undefined
    if (!asked || type !== asked.expects) return
    this.#asked.delete(id as string)
    asked.reject(new Error('The host’s answer is not as agreed.'))
  }

  /** Keeps the agent awake, and gives up on a host that has become silent or never ends (F-152). */
  #look() {
    const now = Date.now()
    const busy = this.#asked.size > 0
    if (busy && now - this.#heardAt > this.#limits.silence) return this.lost('It fell silent.')
    for (const { until } of this.#asked.values()) {
      if (now > until) return this.lost('It did not come to an end in time.')
    }
    if (!busy && now - this.#askedAt > this.#limits.unused) return this.lost('Nobody needed it.')
    const pause = busy ? this.#limits.silence / 3 : this.#limits.idle
    if (this.#hello && now - this.#saidAt > pause) {
      this.#bytes = busy ? this.#bytes : 0
      this.#say(JSON.stringify({ type: 'ping', id: 'awake' }))
    }
  }
}

const otherAgent = 'Its agent speaks another language than this panel: install it again.'
