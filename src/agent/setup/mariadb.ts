import { mkdirSync } from 'node:fs'
import { hostname } from 'node:os'
import { at, type Environment } from '../environment.ts'
import { exists } from '../files.ts'
import { must } from '../run.ts'
import { MARIADB } from '../services/databases.ts'
import type { Note } from './setup.ts'
import { putTested, tookOver } from './tested.ts'

const TLS = '/etc/mysql/innkeeper'

/**
 * It listens to the outside too, for customers whose database users may come from an address of
 * theirs: everybody else is refused before a password is asked for, and they without TLS.
 */
export async function prepareMariadb(env: Environment): Promise<void> {
  mkdirSync(at(env, '/etc/mysql/mariadb.conf.d'), { recursive: true })
  if (env.real) await makeCertificate(env)
  if (!(await putTested(env, 'mariadb', MARIADB, configuration))) return
  await env.system.restartUnits(['mariadb.service'])
  tookOver(env, 'mariadb')
}

/** A host that has databases already gets what a newer agent does otherwise. */
export async function refreshMariadb(env: Environment, note: Note): Promise<void> {
  if (exists(env, MARIADB) && note('mariadb', !exists(env, `${TLS}/key.pem`)))
    await prepareMariadb(env)
}

/** Nobody vouches for it: it hides what is said, which is all that clients of databases ask for. */
async function makeCertificate(env: Environment): Promise<void> {
  if (exists(env, `${TLS}/key.pem`)) return
  const files = ['-keyout', `${TLS}/key.new`, '-out', `${TLS}/certificate.pem`]
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
  const subject = ['-days', '3650', '-subj', `/CN=${hostname().slice(0, 64)}`]
  await must(['install', '-d', '-m', '750', '-g', 'mysql', TLS])
  await must(['openssl', 'req', '-x509', ...kind, ...subject, ...files])
  await must(['chgrp', 'mysql', `${TLS}/key.new`, `${TLS}/certificate.pem`])
  await must(['chmod', '640', `${TLS}/key.new`, `${TLS}/certificate.pem`])
  // last, so that it is there whole or not at all
  await must(['mv', '-T', `${TLS}/key.new`, `${TLS}/key.pem`])
}

const configuration = `# Innkeeper
[mariadbd]
bind-address = *
local-infile = 0
ssl-cert = ${TLS}/certificate.pem
ssl-key = ${TLS}/key.pem
`
