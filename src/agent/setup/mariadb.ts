import { mkdirSync } from 'node:fs'
import { at, type Environment } from '../environment.ts'
import { put } from '../files.ts'

const FOLDER = '/etc/mysql/mariadb.conf.d'

/**
 * It listens to the outside too, for customers whose database users may come from an address of
 * theirs: everybody else is refused before a password is asked for.
 */
export async function prepareMariadb(env: Environment): Promise<void> {
  mkdirSync(at(env, FOLDER), { recursive: true })
  const changed = put(env, `${FOLDER}/99-innkeeper.cnf`, configuration)
  if (changed) await env.system.restartUnits(['mariadb.service'])
}

const configuration = `# Innkeeper
[mariadbd]
bind-address = *
local-infile = 0
`
