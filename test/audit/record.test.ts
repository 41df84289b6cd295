import { sql } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { type Actor, systemActor } from '../../src/audit/actor.ts'
import { record } from '../../src/audit/record.ts'
import { auditEntries } from '../../src/audit/schema.ts'
import { ownDatabase } from '../support/database.ts'

const db = ownDatabase()

test('an entry names who really did it and in whose account', async () => {
  // M-34: Ada works in Cato's account
  const ada: Actor = {
    ...systemActor('schedule'),
    accountId: 7,
    kind: 'customer',
    loginId: 70,
    loginName: 'cato',
    impersonator: { accountId: 1, loginId: 10, loginName: 'ada' },
  }
  await db().transaction((tx) =>
    record(tx, ada, {
      action: 'account.changed',
      object: { kind: 'account', id: 7 },
      accountId: 7,
    }),
  )

  expect(await db().select().from(auditEntries)).toMatchObject([
    {
      actorName: 'ada',
      actorAccountId: 1,
      actorLoginId: 10,
      subjectAccountId: 7,
      accountId: 7,
    },
  ])
})

test('the trail can be neither changed nor removed', async () => {
  // F-125
  const attempts = [
    sql`update audit_entries set actor_name = 'nobody'`,
    sql`delete from audit_entries`,
  ]
  for (const attempt of attempts) await expect(db().execute(attempt)).rejects.toThrow()
})
