import { eq, sql } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { accounts } from '../../src/accounts/schema.ts'
import { type Actor, systemActor } from '../../src/audit/actor.ts'
import { record, recordAll } from '../../src/audit/record.ts'
import { auditEntries } from '../../src/audit/schema.ts'
import { cast } from '../support/cast.ts'
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
      action: 'account.contact_changed',
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
    sql`truncate audit_entries`,
    sql`truncate audit_entries cascade`,
  ]
  for (const attempt of attempts) await expect(db().execute(attempt)).rejects.toThrow()

  // Nor by the owner of the table in a session whose triggers are off, as replication has them.
  for (const attempt of attempts) {
    const quietly = db().transaction(async (tx) => {
      await tx.execute(sql`set local session_replication_role = replica`)
      await tx.execute(attempt)
    })
    await expect(quietly).rejects.toThrow()
  }
  expect(await db().$count(auditEntries)).toBe(1)
})

// M-34: who was whom is told also when that account has gone
test('an entry keeps the name of whoever somebody worked as', async () => {
  const { ada, cato } = await cast(db())
  const working = {
    ...cato.actor,
    impersonator: {
      accountId: ada.account.id,
      loginId: ada.login.id,
      loginName: ada.login.name,
    },
  }
  const happening = { action: 'account.described', object: { kind: 'account', id: 1 } }
  await db().transaction(async (tx) => {
    await record(tx, working, happening)
    await recordAll(tx, working, [happening])
    await record(tx, cato.actor, happening)
  })
  await db().delete(accounts).where(eq(accounts.id, cato.account.id))

  const rows = await db()
    .select()
    .from(auditEntries)
    .where(eq(auditEntries.action, 'account.described'))
    .orderBy(auditEntries.id)
  expect(
    rows.map(({ actorName, subjectName, address }) => [actorName, subjectName, address]),
  ).toEqual([
    ['ada', 'Cato', '192.0.2.1'],
    ['ada', 'Cato', '192.0.2.1'],
    ['cato', null, '192.0.2.1'],
  ])
})
