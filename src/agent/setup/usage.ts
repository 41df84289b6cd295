import { chmodSync, lchownSync, mkdirSync } from 'node:fs'
import { at, type Environment } from '../environment.ts'
import { put } from '../files.ts'
import { readPasswd } from '../passwd.ts'
import { beginCounting } from '../usage/count-traffic.ts'
import { LOGS } from '../usage/web-traffic.ts'
import type { Note } from './setup.ts'

const UNITS = '/etc/systemd/system'
const TIMER = 'innkeeper-measure.timer'

/** Where services write what is counted, and the timer that counts it and measures the homes. */
export async function prepareUsage(env: Environment, note: Note): Promise<void> {
  mkdirSync(at(env, LOGS), { recursive: true })
  chmodSync(at(env, LOGS), 0o750)
  // nginx opens its log again as itself
  lchownSync(at(env, LOGS), 0, readPasswd(env).gidOf.get('www-data') ?? 0)
  await beginCounting(env)
  const units = [
    put(env, `${UNITS}/innkeeper-measure.service`, service),
    put(env, `${UNITS}/${TIMER}`, timer),
  ]
  if (note('measuring', units.includes(true))) await env.system.enableUnits([TIMER])
}

const service = `[Unit]
Description=Measure disk space and traffic of customers
# whoever wants figures now may ask as often as he likes
StartLimitIntervalSec=0

[Service]
Type=oneshot
Nice=15
IOSchedulingClass=idle
ExecStart=/usr/bin/node /usr/local/lib/innkeeper/agent.mjs measure
`

const timer = `[Unit]
Description=Measure disk space and traffic of customers

[Timer]
OnBootSec=2min
OnUnitInactiveSec=5min

[Install]
WantedBy=timers.target
`
