import { beforeAll, expect, test } from 'vitest'
import { type Cast, cast, password } from '../support/cast.ts'
import { ownDatabase } from '../support/database.ts'
import { webApp } from '../support/web.ts'

const db = ownDatabase()
const web = webApp(db)
let people: Cast
beforeAll(async () => {
  people = await cast(db())
})

test('lands on the dashboard', async () => {
  const answer = await web.stranger().post('/login', { name: 'rita', password })

  expect([answer.status, answer.headers.get('location')]).toEqual([303, '/'])
})

test('leads strangers to sign-in, and from there to the page they asked for', async () => {
  const answer = await web.stranger().get('/profile')

  expect(answer.headers.get('location')).toBe('/login?next=%2Fprofile')
})

test('a new password ends every session of the login', async () => {
  const rita = await web.as(people.rita)
  const other = await web.as(people.rita)
  const fresh = 'nine wet dogs on a hill'

  const answer = await rita.post('/profile/password', {
    current: password,
    password: fresh,
    repeat: fresh,
  })

  expect(answer.status).toBe(303)
  expect((await other.get('/')).headers.get('location')).toBe('/login')
  expect((await rita.get('/')).headers.get('location')).toBe('/login')
})
