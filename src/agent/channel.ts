import {
  MAX_LINE_BYTES,
  type Message,
  PROTOCOL,
  Request,
  type Request as Requested,
} from '../contract/messages.ts'
import { apply, type Outcome } from './apply.ts'
import { clip } from './clip.ts'
import type { Environment } from './environment.ts'
import { hostFacts } from './host-facts.ts'
import { install } from './install.ts'
import { tellUsage } from './usage/tell.ts'
import { version } from './version.ts'

type Asked<Type extends Requested['type']> = Extract<Requested, { type: Type }>

export interface ChannelOptions {
  env: Environment
  input: NodeJS.ReadableStream
  say: (message: Message) => void
  /** Called once, when the last work is done. */
  ended: () => void
}

export interface Channel {
  /** Finishes what was begun or waits, then ends. */
  leave: (reason: string) => void
  /** When the last line came in, and whether there is work. */
  lastLine: () => number
  busy: () => boolean
}

/**
 * Requests come one a line and are carried out one after the other. Pings are answered meanwhile, and
 * installations go on beside all else: they take minutes.
 */
export function openChannel({ env, input, say, ended }: ChannelOptions): Channel {
  const queue: Requested[] = []
  let working = false
  let installing = 0
  let leaving: string | undefined
  let over = false
  let lastLine = Date.now()

  const busy = () => working || installing > 0
  const leave = (reason: string) => {
    leaving ??= reason
    if (busy() || over) return
    over = true
    say({ type: 'bye', reason: leaving })
    ended()
  }
  const work = async () => {
    if (working) return
    working = true
    for (let request = queue.shift(); request; request = queue.shift())
      await answer(env, request, say)
    working = false
    if (leaving) leave(leaving)
  }
  const add = async (request: Asked<'install'>) => {
    installing++
    await answer(env, request, say)
    installing--
    if (leaving) leave(leaving)
  }
  const take = (line: string) => {
    lastLine = Date.now()
    const request = parse(line)
    if ('refused' in request) say(request.refused)
    else if (request.type === 'ping') say({ type: 'pong', id: request.id, busy: busy() })
    else if (request.type === 'leave') leave('asked')
    else if (leaving) say({ type: 'refused', id: request.id, reason: 'leaving', detail: leaving })
    else if (request.type === 'install') void add(request)
    else {
      queue.push(request)
      void work()
    }
  }

  readLines(input, take, leave)
  say({ type: 'hello', protocol: PROTOCOL, version, pid: process.pid, facts: hostFacts(env) })
  tidy(env)
  return { leave, lastLine: () => lastLine, busy }
}

/** What a line holds after its newline is kept for the next; what never got a newline was cut off. */
function readLines(
  input: NodeJS.ReadableStream,
  take: (line: string) => void,
  leave: (reason: string) => void,
): void {
  let rest = ''
  input.setEncoding('utf8')
  input.on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) if (line !== '') take(line)
    if (rest.length <= MAX_LINE_BYTES) return
    rest = ''
    leave('line too long')
  })
  input.on('end', () => leave('end of input'))
  input.on('error', () => leave('input error'))
}

async function answer(
  env: Environment,
  request: Requested,
  say: ChannelOptions['say'],
): Promise<void> {
  const { id } = request
  try {
    if (request.type === 'facts') say({ type: 'facts', id, facts: hostFacts(env) })
    if (request.type === 'usage')
      say({ type: 'usage', id, ...(await tellUsage(env, request.subscriptions)) })
    const report = (step: object) => say({ type: 'step', id, ...step } as Message)
    if (request.type === 'install') {
      env.system.log(`installs ${request.feature}`)
      say({ type: 'installed', id, ...(await install(env, request.feature, report)) })
    }
    if (request.type !== 'apply') return
    const outcome = await apply(env, request.documents, report)
    say({ type: 'result', id, ...outcome })
    env.system.log(inOneLine(outcome))
    tidy(env)
  } catch (error) {
    say({ type: 'refused', id, reason: 'bad-request', detail: clip(String(error)) })
  }
}

/** For whoever looks after the host: what was done to which subscriptions. */
function inOneLine({ subscriptions, ms }: Outcome): string {
  const each = subscriptions.map(({ id, generation, ok, changed }) => {
    const what = ok ? changed.join(' ') || 'no change' : 'failed'
    return `${id}/${generation} ${what}`
  })
  return `${ms} ms: ${clip(each.join(', '), 800)}`
}

/** Beside all else; what cannot be deleted now is tried again with the next. */
function tidy(env: Environment): void {
  env.system.emptyTrash().catch(() => {})
}

function parse(line: string): Requested | { refused: Message } {
  let raw: unknown
  try {
    raw = JSON.parse(line)
  } catch (error) {
    return refusal('?', error)
  }
  const parsed = Request.safeParse(raw)
  if (parsed.success) return parsed.data
  return refusal(String((raw as { id?: unknown } | null)?.id ?? '?'), parsed.error)
}

function refusal(id: string, error: unknown): { refused: Message } {
  const detail = clip(error instanceof Error ? error.message : String(error), 1000)
  return { refused: { type: 'refused', id: clip(id, 40), reason: 'bad-request', detail } }
}
