import { and, eq, isNull, sql } from 'drizzle-orm'
import type { Login } from '../accounts/schema.ts'
import type { Actor } from '../audit/actor.ts'
import { record } from '../audit/record.ts'
import { requireOwnHands } from '../audit/roles.ts'
import type { Database, Db, Transaction } from '../db/database.ts'
import { Conflict, Invalid } from '../errors.ts'
import { open, seal } from '../secrets/seal.ts'
import { contextOf, hasSecondFactor, takeAppCode, takeCode } from './code.ts'
import { ownLogin, requireCurrentPassword } from './current-password.ts'
import { personOf, tellPerson } from './person-notice.ts'
import { renewRecoveryCodes } from './recovery-codes.ts'
import { recoveryCodes, secondFactors } from './schema.ts'
import { keepSecret, takeSecret } from './sealing.ts'
import { closeOtherSessionsOf, type Visitor } from './sessions.ts'
import { newTotpSecret } from './totp.ts'

/** A new secret, not asked for yet at sign-in: first a code must show that the app has it. */
export async function beginSecondFactor(
  db: Database,
  sealingKey: Buffer,
  actor: Actor,
  current: string,
  visitor: Visitor,
): Promise<void> {
  const { id: loginId } = await requireCurrentPassword(db, actor, current, visitor)
  if (await hasSecondFactor(db, loginId)) throw new Conflict('The second factor is on already.')
  const sealed = seal(sealingKey, newTotpSecret(), contextOf(loginId))
  await db
    .insert(secondFactors)
    .values({ loginId, sealed })
    .onConflictDoUpdate({
      target: secondFactors.loginId,
      set: { sealed, lastStep: 0 },
      setWhere: isNull(secondFactors.confirmedAt),
    })
}

/** Of one that is being set up; undefined for anybody else, and once it is in force. */
export async function secretToConfirm(db: Db, sealingKey: Buffer, actor: Actor) {
  requireOwnHands(actor)
  const [factor] = await db
    .select()
    .from(secondFactors)
    .where(and(eq(secondFactors.loginId, actor.loginId!), isNull(secondFactors.confirmedAt)))
  return factor && open(sealingKey, factor.sealed, contextOf(factor.loginId))
}

/**
 * From now on sign-in asks for it; the recovery codes wait to be shown once.
 *
 * @throws {Invalid} at `code`
 */
export async function confirmSecondFactor(
  db: Database,
  sealingKey: Buffer,
  actor: Actor,
  code: string,
  session: number,
): Promise<void> {
  const login = await ownLogin(db, actor)
  await db.transaction(async (tx) => {
    const [factor] = await tx
      .update(secondFactors)
      .set({ confirmedAt: sql`now()` })
      .where(and(eq(secondFactors.loginId, login.id), isNull(secondFactors.confirmedAt)))
      .returning()
    if (!factor) throw new Conflict('The second factor is on already.')
    if (!(await takeAppCode(tx, sealingKey, login.id, code))) throw wrongCode()
    await showOnce(tx, sealingKey, login.id, await renewRecoveryCodes(tx, login.id))
    await closeOtherSessionsOf(tx, login.id, session)
    await note(tx, actor, login, 'login.second_factor_on')
    await told(tx, actor, login, 'secondFactorOn')
  })
}

/** Needs both that one knows and that one has. */
export async function endSecondFactor(
  db: Database,
  sealingKey: Buffer,
  actor: Actor,
  { current, code }: { current: string; code: string },
  { session, ...visitor }: Visitor & { session: number },
): Promise<void> {
  const login = await requireCurrentPassword(db, actor, current, visitor)
  if (!(await takeCode(db, sealingKey, login.id, code, visitor.address))) throw wrongCode()
  await db.transaction(async (tx) => {
    if (await removeSecondFactor(tx, actor, login, 'login.second_factor_off')) {
      await told(tx, actor, login, 'secondFactorOff')
    }
    await closeOtherSessionsOf(tx, login.id, session)
  })
}

/** New ones, when the old ones run out or may have been seen. */
export async function newRecoveryCodes(
  db: Database,
  sealingKey: Buffer,
  actor: Actor,
  current: string,
  visitor: Visitor,
): Promise<void> {
  const login = await requireCurrentPassword(db, actor, current, visitor)
  if (!(await hasSecondFactor(db, login.id))) throw new Conflict('The second factor is off.')
  await db.transaction(async (tx) => {
    await showOnce(tx, sealingKey, login.id, await renewRecoveryCodes(tx, login.id))
    await note(tx, actor, login, 'login.recovery_codes_renewed')
    await told(tx, actor, login, 'recoveryCodesRenewed')
  })
}

/** Once; undefined the second time (F-52). */
export async function takeRecoveryCodes(db: Db, sealingKey: Buffer, actor: Actor) {
  requireOwnHands(actor)
  const text = await takeSecret(db, sealingKey, secretOf(actor.loginId!))
  return text === undefined ? undefined : (JSON.parse(text) as string[])
}

/** @returns false when there was none */
export async function removeSecondFactor(
  tx: Transaction,
  actor: Actor,
  login: Login,
  action: string,
): Promise<boolean> {
  await tx.delete(recoveryCodes).where(eq(recoveryCodes.loginId, login.id))
  const gone = await tx
    .delete(secondFactors)
    .where(eq(secondFactors.loginId, login.id))
    .returning({ loginId: secondFactors.loginId })
  if (gone.length > 0) await note(tx, actor, login, action)
  return gone.length > 0
}

/** Whoever has an open session and the password is not always the person itself. */
const told = async (
  tx: Transaction,
  actor: Actor,
  { id, name }: Login,
  what: 'secondFactorOn' | 'secondFactorOff' | 'recoveryCodesRenewed',
) => tellPerson(tx, actor, await personOf(tx, id), what, { login: name })

const showOnce = (tx: Transaction, sealingKey: Buffer, loginId: number, codes: string[]) =>
  keepSecret(tx, sealingKey, {
    ...secretOf(loginId),
    text: JSON.stringify(codes),
    minutes: 15,
  })

const secretOf = (loginId: number) => ({ purpose: 'recovery codes', objectId: loginId, loginId })

const wrongCode = () =>
  new Invalid('code', 'This code is wrong, was used before or is too old. Type the one shown now.')

const note = (tx: Transaction, actor: Actor, login: Login, action: string) =>
  record(tx, actor, {
    action,
    object: { kind: 'login', id: login.id, name: login.name },
    accountId: login.accountId,
  })
