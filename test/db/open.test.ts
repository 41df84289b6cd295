import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'drizzle-orm'
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest'
import { openDatabase } from '../../src/db/open.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'innkeeper-'))
  chmodSync(folder, 0o711)
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

describe('the embedded database', () => {
  test('finds the same data at the next start', async () => {
    const first = await openDatabase(null, folder)
    await first.db.execute(sql`insert into settings (name, value) values ('greeting', '"hello"')`)
    await first.close()

    const second = await openDatabase(null, folder)
    expect(await second.db.execute(sql`select value from settings`)).toEqual([{ value: 'hello' }])
    await second.close()
  })

  test('is adopted when its panel was killed', async () => {
    const killed = await openDatabase(null, folder)
    const next = await openDatabase(null, folder)

    expect(await backendOf(next)).toEqual(await backendOf(killed))
    await killed.db.$client.end()
    await next.close()
  })

  test('is started again when something kills it, and is reached where it was', async () => {
    const { db, close } = await openDatabase(null, folder)
    await db.execute(sql`insert into settings (name, value) values ('greeting', '"hello"')`)
    for (let times = 0; times < 2; times++) {
      const killed = postmaster()
      process.kill(killed, 'SIGKILL')
      await expect.poll(postmaster).not.toBe(killed)
      const found = async () => await db.execute(sql`select value from settings`)
      await expect.poll(() => found().catch(() => null)).toEqual([{ value: 'hello' }])
    }
    await close()
    expect(postmaster).toThrow('ENOENT')
  })
})

describe('a Postgres of your own', () => {
  const own = inject('postgres')

  test.each([
    ['postgres://innkeeper@127.0.0.1:1/innkeeper', /No Postgres answers at 127.0.0.1:1\/innkeeper/],
    ['postgres://innkeeper@nowhere.invalid/innkeeper', /is not known/],
    [own.replace('DATABASE', 'no_such_database'), /does not exist; create it first/],
  ])('%s is one clear sentence', async (url, sentence) => {
    await expect(openDatabase(url, folder)).rejects.toThrow(sentence)
  })

  test('a wrong password is one clear sentence without the password', async () => {
    const port = new URL(own).searchParams.get('port')
    const url = `postgres://innkeeper:wrong-secret@127.0.0.1:${port}/template`

    const refusal = await openDatabase(url, folder).catch((error: Error) => error)
    expect(refusal).toMatchObject({
      message: expect.stringMatching(/refuses the user or password/),
    })
    expect(String(refusal)).not.toContain('wrong-secret')
  })
})

const postmaster = () =>
  Number.parseInt(readFileSync(join(folder, 'postgres/pg/postmaster.pid'), 'utf8'), 10)

async function backendOf({ db }: { db: { execute: (query: ReturnType<typeof sql>) => unknown } }) {
  return await db.execute(sql`select pg_postmaster_start_time() as started`)
}
