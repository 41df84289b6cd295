import { sql } from 'drizzle-orm'
import { beforeEach, expect, test } from 'vitest'
import { isDue } from '../../src/runner/schedule.ts'
import { tasks } from '../../src/runner/tasks.ts'
import { emptied, ownDatabase } from '../support/database.ts'
import { noHosts, running, until } from './cast.ts'

const db = ownDatabase()

beforeEach(() => emptied(db(), ['schedule_runs']))

const sweeping = { name: 'sweep', seconds: 60 }

test('of many processes one begins a task, and again when its time has come', async () => {
  const ask = () => Promise.all([1, 2, 3, 4, 5].map(() => isDue(db(), sweeping)))
  const begun = async () => (await ask()).filter(Boolean).length

  expect(await begun()).toBe(1)
  expect(await begun()).toBe(0)
  await db().execute(sql`update schedule_runs set started_at = started_at - interval '59 s'`)
  expect(await begun()).toBe(1)
})

test('a task that fails or hangs is tried again, and keeps nothing else from running', async () => {
  const turns = { failing: 0, hanging: 0, sound: 0 }
  const reports: string[] = []
  await using _ = await running(db.url(), [], {
    report: (sentence) => reports.push(sentence),
    tasks: () => [
      { name: 'failing', seconds: 0.05, run: async () => Promise.reject(turns.failing++) },
      { name: 'hanging', seconds: 0.05, run: () => new Promise(() => turns.hanging++) },
      { name: 'sound', seconds: 0.05, run: async () => turns.sound++ },
    ],
  })

  await until(() => Object.values(turns).every((count) => count >= 2))
  expect(reports[0]).toContain('failing')
})

test('all that is planned can be run', async () => {
  const tools = { db: db(), hosts: noHosts, sealingKey: Buffer.alloc(32), observe: () => {} }
  for (const task of tasks(tools)) await task.run()
})
