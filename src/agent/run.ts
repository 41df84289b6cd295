import { spawn } from 'node:child_process'
import { basename } from 'node:path'
import { clip } from './clip.ts'
import { heldLock } from './lock.ts'

const MAX_OUTPUT = 64 * 1024
const MINUTE = 60_000
const environment = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C' }

export interface Ran {
  /** 127: could not be started, 128: ended by a signal. */
  code: number
  stdout: string
  stderr: string
}

export class CommandFailed extends Error {
  code: number
  output: string
  constructor(program: string, { code, stdout, stderr }: Ran) {
    const output = (stderr || stdout).trim()
    super(`${program} ended with ${code}: ${clip(output.split('\n').at(-1) ?? '', 500)}`)
    this.code = code
    this.output = output
  }
}

/**
 * Starts a program with exactly these words; no shell is involved. Secrets go to its standard input,
 * for everybody on the host can read arguments. The host's lock is handed on as descriptor 3, so
 * that it holds until the last program we started has ended, even when we are killed (agent.md 2).
 * After `timeout` ms it is killed; 0 = it may take as long as it likes.
 */
export function run(
  argv: [string, ...string[]],
  { input, timeout = MINUTE }: { input?: string | undefined; timeout?: number } = {},
): Promise<Ran> {
  const [program, ...words] = argv
  return new Promise((resolve) => {
    const child = spawn(program, words, {
      stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe', heldLock() ?? 'ignore'],
      env: environment,
      cwd: '/',
      timeout,
      killSignal: 'SIGKILL',
    })
    const stdout = collect(child.stdout)
    const stderr = collect(child.stderr)
    child.on('error', (error) => resolve({ code: 127, stdout: '', stderr: error.message }))
    child.on('close', (code) =>
      resolve({ code: code ?? 128, stdout: stdout.text, stderr: stderr.text }),
    )
    // a program that ends without reading tells so by its exit
    child.stdin?.on('error', () => {})
    child.stdin?.end(input)
  })
}

/** @throws {CommandFailed} */
export async function must(argv: [string, ...string[]], input?: string): Promise<string> {
  const ran = await run(argv, { input })
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
