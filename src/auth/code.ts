import { and, eq, isNotNull, lt, sql } from 'drizzle-orm'
import { record } from '../audit/record.ts'
import type { Database, Db } from '../db/database.ts'
import { TooMany } from '../errors.ts'
import { open } from '../secrets/seal.ts'
import { countFor, forgetCount, windowMinutes } from './attempts.ts'
import { ownActor } from './own-actor.ts'
import { personOf, tellPerson } from './person-notice.ts'
import { recoveryCodesLeft, takeRecoveryCode } from './recovery-codes.ts'
import { secondFactors } from './schema.ts'
import { stepOf } from './totp.ts'

/** In a quarter of an hour, of one login, however often it signs in anew (F-104). */
const mostTries = 5

/**
 * True when this is a code of the login's app that was not used before, or one of its recovery codes.
 *
 * @throws {TooMany} after too many wrong ones, right or wrong
 */
export async function takeCode(
  db: Database,
  sealingKey: Buffer,
  loginId: number,
  typed: string,
  address: string | null,
): Promise<boolean> {
  if ((await countFor(db, 'second factor', loginId)) > mostTries) {
    throw new TooMany('Too many wrong codes. Please wait.', windowMinutes * 60)
  }
  const taken =
    (await takeAppCode(db, sealingKey, loginId, typed)) ||
    (await useRecoveryCode(db, loginId, typed, address))
  if (taken) await forgetCount(db, 'second factor', loginId)
  return taken
}

/** Whoever finds one of the papers they are on gets in once, and the person it belongs to is told. */
const useRecoveryCode = (db: Database, loginId: number, typed: string, address: string | null) =>
  db.transaction(async (tx) => {
    if (!(await takeRecoveryCode(tx, loginId, typed))) return false
    const owner = await personOf(tx, loginId)
    const actor = ownActor(owner, address)
    const left = await recoveryCodesLeft(tx, loginId)
    const { name } = owner.login
    await record(tx, actor, {
      action: 'login.recovery_code_used',
      object: { kind: 'login', id: loginId, name },
      accountId: owner.account.id,
      changes: { left: { from: left + 1, to: left } },
    })
    await tellPerson(tx, actor, owner, 'recoveryCodeUsed', { login: name, left })
    return true
  })

export const hasSecondFactor = async (db: Db, loginId: number): Promise<boolean> => {
  const found = await db
    .select({ loginId: secondFactors.loginId })
    .from(secondFactors)
    .where(inForce(loginId))
  return found.length > 0
}

/** Also where it is only being set up, with its first code. */
export async function takeAppCode(db: Db, sealingKey: Buffer, loginId: number, typed: string) {
  const [factor] = await db
    .select({
      sealed: secondFactors.sealed,
      seconds: sql<number>`extract(epoch from now())`.mapWith(Number),
    })
    .from(secondFactors)
    .where(eq(secondFactors.loginId, loginId))
  const secret = factor && open(sealingKey, factor.sealed, contextOf(loginId))
  const step = secret ? stepOf(secret, typed, factor.seconds) : null
  if (step === null) return false
  // In one statement: of two who come with one code, one gets in.
  const taken = await db
    .update(secondFactors)
    .set({ lastStep: step })
    .where(and(eq(secondFactors.loginId, loginId), lt(secondFactors.lastStep, step)))
    .returning({ loginId: secondFactors.loginId })
  return taken.length > 0
}

/** What the sealed secret is bound to. */
export const contextOf = (loginId: number) => `second factor of ${loginId}`

export const inForce = (loginId: number) =>
  and(eq(secondFactors.loginId, loginId), isNotNull(secondFactors.confirmedAt))
