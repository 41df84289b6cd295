import { eq } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { logins } from '../../src/accounts/schema.ts'
import { systemActor } from '../../src/audit/actor.ts'
import { verifyPassword } from '../../src/auth/passwords.ts'
import { rescueLogin } from '../../src/auth/rescue.ts'
import { secondFactors } from '../../src/auth/schema.ts'
import { NotFound } from '../../src/errors.ts'
import { someone } from '../support/cast.ts'
import { ownDatabase } from '../support/database.ts'
import { webApp } from '../support/web.ts'

const db = ownDatabase()
const web = webApp(db)
const actor = systemActor('command line')

test('an admin who lost password and phone gets in again from a shell', async () => {
  const ada = await someone(db(), 'admin', 'ada', null)
  const session = await web.as(ada)
  const loginId = ada.login.id
  const factor = { loginId, sealed: Buffer.alloc(60), confirmedAt: new Date() }
  await db().insert(secondFactors).values(factor)
  const password = await rescueLogin(db(), actor, 'Ada')
  const [login] = await db().select().from(logins).where(eq(logins.id, loginId))

  expect(await verifyPassword(login!.passwordHash, password)).toBe(true)
  expect(login!.mustChangePassword).toBe(true)
  expect(await db().$count(secondFactors)).toBe(0)
  expect((await session.get('/')).status).toBe(303)
})

test('nobody else', async () => {
  await expect(rescueLogin(db(), actor, 'nobody')).rejects.toThrow(NotFound)
})
