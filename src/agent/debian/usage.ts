import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { must, run } from '../run.ts'
import type { UsageSystem } from '../system.ts'

const DOVEADM = '/usr/bin/doveadm'
const MEASURING_MS = 10 * 60_000

/** Not the log files: whoever has a shell may have any words of his written there. */
const JOURNAL = ['journalctl', '--quiet', '--no-pager', '--output=json'] as const
const FIELDS = '--output-fields=MESSAGE,SYSLOG_IDENTIFIER'
const UNITS = ['postfix@-.service', 'dovecot.service'].map((unit) => `_SYSTEMD_UNIT=${unit}`)

interface Entry {
  __CURSOR: string
  /** microseconds since 1970 */
  __REALTIME_TIMESTAMP: string
  MESSAGE?: unknown
  SYSLOG_IDENTIFIER?: unknown
}

export const readMailLog: UsageSystem['readMailLog'] = async (after, take) => {
  let place = after
  const [program, ...words] = [...JOURNAL, FIELDS]
  const from = after === undefined ? [] : [`--after-cursor=${after}`]
  const child = spawn(program!, [...words, ...from, ...UNITS], {
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { PATH: '/usr/bin', LC_ALL: 'C' },
  })
  const ended = once(child, 'close')
  for await (const line of createInterface({ input: child.stdout })) {
    const entry = JSON.parse(line) as Entry
    place = entry.__CURSOR
    const { MESSAGE: text, SYSLOG_IDENTIFIER: program } = entry
    if (typeof text !== 'string' || typeof program !== 'string') continue
    take({ program, text, at: Math.floor(Number(entry.__REALTIME_TIMESTAMP) / 1000) })
  }
  const [code] = await ended
  if (code !== 0) throw new Error(`journalctl ended with ${code}`)
  return place
}

export const endOfMailLog: UsageSystem['endOfMailLog'] = async () => {
  const last = await must([...JOURNAL, '--lines=1', FIELDS])
  return last === '' ? undefined : (JSON.parse(last) as Entry).__CURSOR
}

/** `address⇥quota⇥STORAGE⇥kilobytes⇥limit⇥percent`, of all that Dovecot knows. */
export const mailboxBytes: UsageSystem['mailboxBytes'] = async () => {
  if (!existsSync(DOVEADM)) return new Map()
  const found = new Map<string, number>()
  const child = spawn(DOVEADM, ['-f', 'tab', 'quota', 'get', '-A'], {
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { PATH: '/usr/sbin:/usr/bin', LC_ALL: 'C' },
    timeout: MEASURING_MS,
  })
  child.on('error', () => {})
  for await (const line of createInterface({ input: child.stdout })) {
    const [address = '', , kind, kilobytes] = line.split('\t')
    if (kind === 'STORAGE' && /^[0-9]+$/.test(kilobytes ?? ''))
      found.set(address, Number(kilobytes) * 1024)
  }
  return found
}

export const reopenWebLog: UsageSystem['reopenWebLog'] = async () => {
  await run(['systemctl', 'kill', '--signal=USR1', '--kill-who=main', 'nginx.service'])
}
