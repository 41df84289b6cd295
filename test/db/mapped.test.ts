import { eq, sql } from 'drizzle-orm'
import {
  bigint,
  boolean,
  date,
  jsonb,
  numeric,
  pgTable,
  text,
  timestamp,
} from 'drizzle-orm/pg-core'
import { beforeAll, expect, test } from 'vitest'
import { built } from '../../src/db/built.ts'
import { ownDatabase } from '../support/database.ts'

const things = pgTable('things', {
  id: bigint({ mode: 'number' }).primaryKey(),
  name: text(),
  on: boolean().notNull(),
  at: timestamp({ withTimezone: true }).notNull(),
  day: date(),
  price: numeric({ mode: 'number' }),
  values: jsonb().$type<object>(),
})

const db = ownDatabase()
beforeAll(async () => {
  await db().execute(sql`create table things (id bigint primary key, name text, "on" boolean not null,
    at timestamptz not null, day date, price numeric, "values" jsonb)`)
  await db().execute(sql`insert into things values
    (9007199254740991, 'a', true, '2026-03-29 01:30:00.123456+00', '2026-02-28', 1.5, '{"a": [1, null]}'),
    (2, null, false, 'epoch', null, null, null)`)
})

const flat = () =>
  db()
    .select({
      ...{ id: things.id, name: things.name, on: things.on, at: things.at, day: things.day },
      ...{ price: things.price, values: things.values },
      twice: sql<number>`${things.id} % 5 * 2`.mapWith(Number),
      later: sql<Date>`${things.at} + interval '1 day'`.mapWith(things.at).as('later'),
      count: sql<number>`count(*) over ()::integer`,
      nothing: sql<null>`null`,
    })
    .from(things)
    .orderBy(things.id)

test('what a kept statement answers is what Drizzle answers', async () => {
  const asked = await flat()
  expect(asked).toHaveLength(2)
  const kept = () => built(db(), 'flat', () => flat().prepare('flat'))
  expect(await kept().execute()).toStrictEqual(asked)
  expect(await kept().execute()).toStrictEqual(asked)
})

test('also where a join finds nothing', async () => {
  const joined = () =>
    db()
      .select({ id: things.id, other: { id: others.id, name: others.name } })
      .from(things)
      .leftJoin(others, eq(others.name, things.name))
  const asked = await joined()
  expect(asked.map(({ other }) => other)).toContainEqual(null)
  expect(await built(db(), 'joined', () => joined().prepare('joined')).execute()).toStrictEqual(
    asked,
  )
})

const others = pgTable('others', { id: bigint({ mode: 'number' }), name: text() })
beforeAll(() => db().execute(sql`create table others as select 7::bigint as id, 'a' as name`))
