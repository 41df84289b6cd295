import { readFileSync, readlinkSync, renameSync, rmSync, symlinkSync } from 'node:fs'
import { at, type Environment } from '../environment.ts'
import { list, put, unlessGone } from '../files.ts'
import { version } from '../version.ts'
import type { Note } from './setup.ts'

const FOLDER = '/usr/local/lib/innkeeper'

/** What the control login runs; memory small, for a channel may stay open for days (agent.md 3.1). */
export const command = `/usr/bin/node --max-semi-space-size=1 --max-old-space-size=128 ${FOLDER}/agent.mjs`

/**
 * Puts the program that is running now into its place, under its version; the name that is called is
 * a link, switched at once. A running agent of another version leaves when it sees that.
 */
export function installProgram(env: Environment, note: Note): void {
  const file = `agent-${version}.mjs`
  note('agent', put(env, `${FOLDER}/${file}`, readFileSync(process.argv[1] ?? '', 'utf8')))
  const link = at(env, `${FOLDER}/agent.mjs`)
  if (unlessGone(() => readlinkSync(link)) !== file) {
    rmSync(`${link}.new`, { force: true })
    symlinkSync(file, `${link}.new`)
    renameSync(`${link}.new`, link)
    note('agent in use', true)
  }
  const old = list(env, FOLDER).filter((name) => /^agent-.*\.mjs$/.test(name) && name !== file)
  for (const name of old) rmSync(at(env, `${FOLDER}/${name}`))
}
