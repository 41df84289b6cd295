import { spawn } from 'node:child_process'
import { basename } from 'node:path'
import { clip } from './clip.ts'
import { heldLock } from './lock.ts'

const MAX_OUTPUT = 64 * 1024
const MINUTE = 60_000
const LAST_WORDS_MS = 500
const environment = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C' }

export interface Ran {
  /** 127: could not be started, 128: ended by a signal. */
  code: number
  stdout: string
  stderr: string
  /** How long it took, in whole milliseconds. */
  ms: number
}

export class CommandFailed extends Error {
  program: string
  code: number
  ms: number
  output: string
  constructor(program: string, { code, stdout, stderr, ms }: Ran) {
    const output = (stderr || stdout).trim()
    super(`${program} ended with ${code}: ${clip(output.split('\n').at(-1) ?? '', 500)}`)
    this.program = program
    this.code = code
    this.ms = ms
    this.output = output
  }
}

export interface RunOptions {
  input?: string | undefined
  /** Milliseconds until it is killed with all it has started; 0 = it may take as long as it likes. */
  timeout?: number
  /** Runs as a customer, who can get hold of what his own processes have open. */
  asCustomer?: boolean
  /** Goes on beside other work on this host, and does not hold its lock. */
  lockless?: boolean
  /** Environment variables beside our own. */
  variables?: Record<string, string>
}

/**
 * Starts a program with exactly these words; no shell is involved. Secrets go to its standard input,
 * for everybody on the host can read arguments. The host's lock is handed on as descriptor 3, so
 * that it holds until the last program we started has ended, even when we are killed (agent.md 2).
 */
export function run(argv: [string, ...string[]], options: RunOptions = {}): Promise<Ran> {
  const { input, timeout = MINUTE, asCustomer = false, lockless = false, variables } = options
  const [program, ...words] = argv
  const lock = asCustomer || lockless ? undefined : heldLock()
  const started = performance.now()
  return new Promise((resolve) => {
    const child = spawn(program, words, {
      stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe', lock ?? 'ignore'],
      env: { ...environment, ...variables },
      cwd: '/',
      detached: true,
    })
    const timer = timeout > 0 ? setTimeout(() => killGroup(child.pid), timeout) : undefined
    const stdout = collect(child.stdout)
    const stderr = collect(child.stderr)
    const end = (code: number | null) => {
      clearTimeout(timer)
      const ms = Math.round(performance.now() - started)
      resolve({ code: code ?? 128, stdout: stdout.text, stderr: stderr.text, ms })
    }
    child.on('error', (error) => {
      stderr.text = error.message
      end(127)
    })
    child.on('close', end)
    // what it left running may keep its output open for ever; nobody waits for that
    child.on('exit', (code) => setTimeout(end, LAST_WORDS_MS, code).unref())
    // a program that ends without reading tells so by its exit
    child.stdin?.on('error', () => {})
    child.stdin?.end(input)
  })
}

/** @throws {CommandFailed} */
export async function must(argv: [string, ...string[]], options?: RunOptions): Promise<string> {
  const ran = await run(argv, options)
  if (ran.code !== 0) throw new CommandFailed(basename(argv[0]), ran)
  return ran.stdout
}

/** Keeps the first part of what a program says, and reads on so that it does not block. */
function collect(stream: NodeJS.ReadableStream | null): { text: string } {
  const collected = { text: '' }
  stream?.setEncoding('utf8').on('data', (chunk: string) => {
    collected.text += chunk.slice(0, MAX_OUTPUT - collected.text.length)
  })
  return collected
}

function killGroup(pid: number | undefined): void {
  try {
    if (pid) process.kill(-pid, 'SIGKILL')
  } catch {
    // it ended at the same moment
  }
}
