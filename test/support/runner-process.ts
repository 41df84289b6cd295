import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { Moment } from '../../src/runner/moment.ts'
import { quickStart } from './quick-start.ts'

export interface RunnerProcessOptions {
  url: string
  /** with keys and sandboxes in it */
  dataFolder: string
  /** SIGKILL as soon as the runner comes to this moment */
  killAt?: Moment
  leaseSeconds?: number
  pollMilliseconds?: number
  perCall?: number
}

export interface RunnerProcess extends AsyncDisposable {
  /** what its jobs are `locked_by` */
  id: string
  /** all it came to so far, in order */
  moments: Moment[]
  signal(name: NodeJS.Signals): void
  /** how it ended */
  ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>
}

/** The real runner with the real handlers in a process of its own; gone when its block ends. */
export async function startRunnerProcess(options: RunnerProcessOptions): Promise<RunnerProcess> {
  const program = join(import.meta.dirname, 'runner-child.ts')
  const child = fork(program, [JSON.stringify(options)], { execArgv: quickStart })
  const moments: Moment[] = []
  child.on('message', (message: { moment?: Moment }) => {
    if (message.moment) moments.push(message.moment)
  })
  const ended = once(child, 'exit').then(([code, signal]) => ({ code, signal }))
  const id = await Promise.race([
    new Promise<string>((resolve) => {
      child.on('message', (message: { started?: string }) => {
        if (message.started) resolve(message.started)
      })
    }),
    // It may be killed before it could say so; any other end is a mistake.
    ended.then(({ code }) => {
      if (code !== null) throw new Error(`The runner ended with ${code}`)
      return ''
    }),
  ])

  return {
    id,
    moments,
    signal: (name) => child.kill(name),
    ended,
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL')
      await ended
    },
  }
}
