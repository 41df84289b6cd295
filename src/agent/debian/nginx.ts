import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { unlessGone } from '../files.ts'
import { must, run } from '../run.ts'
import { trouble } from '../trouble.ts'

const PATIENCE_MS = 15_000

/**
 * Tells nginx to read its files and returns when the old workers take no more requests: its own
 * reload returns before (hosts.md 3.2). The test runs beside it, because a master that cannot load
 * its files keeps the old ones; the test is there to say which file is wrong.
 * @throws {Error} when the old workers stay, which is how a lack of open files shows
 */
export async function loadNginx(): Promise<string | undefined> {
  const master = runningMaster()
  const old = master ? children(master).filter(accepting) : []
  if (master) process.kill(master, 'SIGHUP')
  const refusal = await test()
  if (refusal !== undefined) return refusal
  if (!master) await must(['systemctl', 'start', 'nginx'])

  for (const start = Date.now(); old.some(accepting); await sleep(2))
    if (Date.now() - start > PATIENCE_MS) throw trouble('nginxStays')
  return undefined
}

function runningMaster(): number | undefined {
  const pid = Number(unlessGone(() => readFileSync('/run/nginx.pid', 'utf8')))
  return pid && commandOf(pid)?.startsWith('nginx: master') ? pid : undefined
}

async function test(): Promise<string | undefined> {
  const { code, stderr } = await run(['nginx', '-t', '-q'])
  if (code === 0) return undefined
  const lines = stderr.trim().split('\n')
  return lines.find((line) => line.includes('[emerg]')) ?? lines.at(-1) ?? 'nginx -t failed'
}

const children = (pid: number): number[] =>
  (unlessGone(() => readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')) ?? '')
    .split(' ')
    .filter((text) => text.trim() !== '')
    .map(Number)

/** A worker that has been told to stop says so in its title, and ends when its last request has. */
function accepting(pid: number): boolean {
  const command = commandOf(pid)
  return command !== undefined && command !== '' && !command.includes('shutting down')
}

const commandOf = (pid: number): string | undefined =>
  unlessGone(() => readFileSync(`/proc/${pid}/cmdline`, 'utf8'))
