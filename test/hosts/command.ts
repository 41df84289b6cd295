import { spawn } from 'node:child_process'

export interface Outcome {
  code: number
  stdout: string
  stderr: string
}

export interface CommandOptions {
  input?: string
  /** Milliseconds until the command and all it started are killed and an error is thrown. */
  timeout?: number
  env?: NodeJS.ProcessEnv
  /** An open file the command inherits, so that a lock on it outlives us as long as the command. */
  holding?: number
}

/** Runs a command to its end. @throws {Error} when it cannot start, is killed or takes too long. */
export function run(argv: string[], options: CommandOptions = {}): Promise<Outcome> {
  const { input = '', timeout = 60_000, env = systemEnvironment(), holding } = options
  const [file, ...args] = argv
  const { promise, resolve, reject } = Promise.withResolvers<Outcome>()
  const stdio = holding === undefined ? [] : [holding]
  const child = spawn(file!, args, {
    env,
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe', ...stdio],
  })

  const output = { stdout: '', stderr: '' }
  child.stdout!.setEncoding('utf8').on('data', (text: string) => (output.stdout += text))
  child.stderr!.setEncoding('utf8').on('data', (text: string) => (output.stderr += text))
  // A command that ends without reading its input is no fault; its exit code tells the rest.
  child.stdin!.on('error', () => {}).end(input)

  const timer = setTimeout(() => {
    killGroup(child.pid)
    reject(new Error(`Took longer than ${timeout} ms: ${argv.join(' ')}\n${tail(output.stderr)}`))
  }, timeout)
  child.on('error', reject).on('close', (code, signal) => {
    clearTimeout(timer)
    if (signal) reject(new Error(`Killed by ${signal}: ${argv.join(' ')}`))
    else resolve({ code: code!, ...output })
  })
  return promise
}

/** Runs a command that has to succeed and returns what it printed. */
export async function must(argv: string[], options?: CommandOptions): Promise<string> {
  const { code, stdout, stderr } = await run(argv, options)
  if (code === 0) return stdout
  throw new Error(`Exit ${code}: ${argv.join(' ')}\n${tail(stdout)}\n${tail(stderr)}`)
}

/** The same whoever starts us, and right inside a host as well. */
export function systemEnvironment(): NodeJS.ProcessEnv {
  const path = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'
  return { PATH: path, HOME: '/root', LANG: 'C.UTF-8', DEBIAN_FRONTEND: 'noninteractive' }
}

function killGroup(pid: number | undefined) {
  try {
    if (pid) process.kill(-pid, 'SIGKILL')
  } catch {
    // It ended already and something it started holds its output open.
  }
}

function tail(text: string): string {
  return text.trimEnd().slice(-4000)
}
