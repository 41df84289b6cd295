import { mkdirSync } from 'node:fs'
import * as z from 'zod/mini'
import type { Document } from '../contract/document.ts'
import { at, type Environment } from './environment.ts'
import { list, put, read } from './files.ts'

/**
 * What this host was last asked for, per subscription. A removed one stays as a tombstone, so that no
 * late request brings it back.
 */
const RECORDS = '/var/lib/innkeeper/subscriptions'

const Record = z.object({
  id: z.int(),
  generation: z.int(),
  state: z.string(),
  name: z.string(),
  uid: z.int(),
})
export type Record = z.infer<typeof Record>

export function readRecord(env: Environment, id: number): Record | undefined {
  const text = read(env, pathOf(id))
  return text === undefined ? undefined : Record.parse(JSON.parse(text))
}

export function writeRecord(env: Environment, document: Document): void {
  const { id, generation, state, user } = document
  const record: Record = { id, generation, state, name: user.name, uid: user.uid }
  mkdirSync(at(env, RECORDS), { recursive: true, mode: 0o700 })
  put(env, pathOf(id), JSON.stringify(record), { mode: 0o600 })
}

/** All that this host was ever asked for. */
export const readRecords = (env: Environment): Record[] =>
  list(env, RECORDS).flatMap((file) => {
    const id = /^([0-9]+)\.json$/.exec(file)?.[1]
    return (id && readRecord(env, Number(id))) || []
  })

const pathOf = (id: number): string => `${RECORDS}/${id}.json`
