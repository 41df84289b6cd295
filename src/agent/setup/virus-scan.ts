import { mkdirSync } from 'node:fs'
import { at, type Environment } from '../environment.ts'
import { put } from '../files.ts'

const UNITS = '/etc/systemd/system'
const signatures = '/var/lib/clamav/*.{c[vl]d,ndb,hdb,hsb,ldb}'

/**
 * Debian's clamd starts with the official signatures only, and not by itself when they come later.
 * Ours takes those of the admin too, and starts with the first.
 */
export function prepareVirusScan(env: Environment): void {
  for (const unit of ['clamav-daemon.service', 'clamav-daemon.socket']) {
    mkdirSync(at(env, `${UNITS}/${unit}.d`), { recursive: true })
    put(env, `${UNITS}/${unit}.d/innkeeper.conf`, condition)
  }
  put(env, `${UNITS}/innkeeper-clamav.path`, path)
}

const condition = `[Unit]
ConditionPathExistsGlob=
ConditionPathExistsGlob=${signatures}
`

const path = `[Unit]
Description=Virus signatures for clamd

[Path]
PathChanged=/var/lib/clamav
Unit=clamav-daemon.service

[Install]
WantedBy=multi-user.target
`
