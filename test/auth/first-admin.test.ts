import { eq } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { accounts, logins } from '../../src/accounts/schema.ts'
import { auditEntries } from '../../src/audit/schema.ts'
import { makeFirstAdmin } from '../../src/auth/first-admin.ts'
import { verifyPassword } from '../../src/auth/passwords.ts'
import { ownDatabase } from '../support/database.ts'

const db = ownDatabase()

test('an empty system gets one admin, however many processes start it', async () => {
  const passwords = await Promise.all([1, 2, 3].map(() => makeFirstAdmin(db())))
  const [password, ...others] = passwords.filter((one) => one !== null)
  expect(others).toEqual([])

  const admins = await db().select().from(accounts).where(eq(accounts.kind, 'admin'))
  expect(admins).toHaveLength(1)
  const [login] = await db().select().from(logins)
  expect(login).toMatchObject({ name: 'admin', role: 'owner', accountId: admins[0]!.id })
  expect(await verifyPassword(login!.passwordHash, password!)).toBe(true)

  expect(await makeFirstAdmin(db())).toBeNull()
  expect(JSON.stringify(await db().select().from(auditEntries))).not.toContain(password)
})
