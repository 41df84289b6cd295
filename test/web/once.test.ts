import { sql } from 'drizzle-orm'
import { beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { record } from '../../src/audit/record.ts'
import { auditEntries } from '../../src/audit/schema.ts'
import { submissions } from '../../src/auth/schema.ts'
import { Invalid } from '../../src/errors.ts'
import { line } from '../../src/web/fields.ts'
import { attempt, changed, invalid } from '../../src/web/respond.ts'
import { type Cast, cast } from '../support/cast.ts'
import { ownDatabase } from '../support/database.ts'
import { partial, webApp } from '../support/web.ts'

const db = ownDatabase()
const form = z.strictObject({ name: line(20) })

/** A form that makes something: an audit entry, for want of a smaller thing. */
const web = webApp(db, {}, (app) => {
  app.post('/things', async (c) => {
    const made = await attempt(c, form, ({ name }) => {
      if (name === 'taken') throw new Invalid('name', 'This name is taken.')
      return db().transaction((tx) =>
        record(tx, c.var.actor, { action: 'plan.created', object: { kind: 'plan', id: 1, name } }),
      )
    })
    return made.ok
      ? changed(c, `/things/${made.values.name}`)
      : invalid(c, 'errors/page', 'errors/page', { title: 'Refused', text: '', form: made })
  })
})
let people: Cast
beforeAll(async () => {
  people = await cast(db())
})

// F-72
test('twenty identical forms at once do the work once and lead to the same place', async () => {
  const rita = await web.as(people.rita)
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => rita.post('/things', { name: 'one', _once: 'a' })),
  )

  expect(answers.map((answer) => [answer.status, answer.headers.get('Location')])).toEqual(
    answers.map(() => [303, '/things/one']),
  )
  expect(await made('one')).toBe(1)
})

test('sent again by htmx, it is told where to go', async () => {
  const rita = await web.as(people.rita)
  await rita.post('/things', { name: 'two', _once: 'b' })
  const again = await rita.post('/things', { name: 'two', _once: 'b' }, partial)

  expect(again.headers.get('HX-Redirect')).toBe('/things/two')
  expect(await made('two')).toBe(1)
})

test('a refused form may be mended and sent again', async () => {
  const rita = await web.as(people.rita)
  const refused = await rita.post('/things', { name: 'taken', _once: 'c' })
  const mended = await rita.post('/things', { name: 'three', _once: 'c' })

  expect([refused.status, mended.status]).toEqual([422, 303])
  expect(await made('three')).toBe(1)
})

test('what one session sent once another may send too', async () => {
  const [rita, rolf] = [await web.as(people.rita), await web.as(people.rolf)]
  await rita.post('/things', { name: 'four', _once: 'd' })
  await rolf.post('/things', { name: 'four', _once: 'd' })

  expect(await made('four')).toBe(2)
})

test('work that was stopped half-way is not repeated blindly', async () => {
  const rita = await web.as(people.rita)
  await rita.post('/things', { name: 'five', _once: 'e' })
  await db()
    .update(submissions)
    .set({ finishedAt: null, createdAt: sql`now() - interval '2 minutes'` })
  const again = await rita.post('/things', { name: 'five', _once: 'e' })

  expect(again.status).toBe(409)
  expect(await made('five')).toBe(1)
})

const made = (name: string) =>
  db().$count(
    auditEntries,
    sql`${auditEntries.action} = 'plan.created' and ${auditEntries.objectName} = ${name}`,
  )
