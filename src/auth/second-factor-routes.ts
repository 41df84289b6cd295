import { Hono } from 'hono'
import { z } from 'zod'
import { requireOwnHands } from '../audit/roles.ts'
import { systemSettings } from '../settings/reading.ts'
import type { C, Env } from '../web/env.ts'
import { currentPassword, line } from '../web/fields.ts'
import { isLook } from '../web/look.ts'
import { type QrCode, qrCode } from '../web/qr.ts'
import { attempt, changed, type FailedForm, invalid, page, tell } from '../web/respond.ts'
import { visitorOf } from '../web/visitor.ts'
import { hasSecondFactor } from './code.ts'
import { recoveryCodesLeft } from './recovery-codes.ts'
import {
  beginSecondFactor,
  confirmSecondFactor,
  endSecondFactor,
  newRecoveryCodes,
  secretToConfirm,
  takeRecoveryCodes,
} from './second-factor.ts'
import { totpAddress } from './totp.ts'

export interface SecondFactorPage {
  on: boolean
  /** being set up: as a drawing and in groups of four, to be typed */
  secret: { qr: QrCode; text: string } | null
  codesLeft: number
  form: FailedForm | undefined
}

export interface RecoveryCodesPage {
  codes: string[] | null
}

const passwordForm = z.strictObject({ current: currentPassword() })
const confirmationForm = z.strictObject({ code: line(200) })
const endForm = z.strictObject({ current: currentPassword(), code: line(200) })

export const secondFactorRoutes = new Hono<Env>()

  .get('/profile/second-factor', async (c) =>
    page(c, 'auth/second-factor', await secondFactorPage(c)),
  )

  .post('/profile/second-factor', async (c) => {
    const { db, sealingKey, actor } = c.var
    const form = await attempt(c, passwordForm, ({ current }) =>
      beginSecondFactor(db, sealingKey, actor, current, visitorOf(c)),
    )
    return form.ok ? changed(c, '/profile/second-factor') : refused(c, form)
  })

  .get('/profile/second-factor/confirmation', toSecondFactor)

  .post('/profile/second-factor/confirmation', async (c) => {
    const { db, sealingKey, actor, session } = c.var
    const form = await attempt(c, confirmationForm, ({ code }) =>
      confirmSecondFactor(db, sealingKey, actor, code, session!.number),
    )
    if (!form.ok) return refused(c, form)
    tell(c, 'The second factor is on. Your other sessions were ended.')
    return changed(c, '/profile/recovery-codes')
  })

  .get('/profile/second-factor/removal', toSecondFactor)

  .post('/profile/second-factor/removal', async (c) => {
    const { db, sealingKey, actor, session } = c.var
    const visitor = { ...visitorOf(c), session: session!.number }
    const form = await attempt(c, endForm, (values) =>
      endSecondFactor(db, sealingKey, actor, values, visitor),
    )
    if (!form.ok) return refused(c, form)
    tell(c, 'The second factor is off. Your other sessions were ended.')
    return changed(c, '/profile')
  })

  .get('/profile/recovery-codes', async (c) => {
    const { db, sealingKey, actor } = c.var
    requireOwnHands(actor)
    const codes = isLook(c) ? await takeRecoveryCodes(db, sealingKey, actor) : undefined
    return page(c, 'auth/recovery-codes', { codes: codes ?? null } satisfies RecoveryCodesPage)
  })

  .post('/profile/recovery-codes', async (c) => {
    const { db, sealingKey, actor } = c.var
    const form = await attempt(c, passwordForm, ({ current }) =>
      newRecoveryCodes(db, sealingKey, actor, current, visitorOf(c)),
    )
    return form.ok ? changed(c, '/profile/recovery-codes') : refused(c, form)
  })

function toSecondFactor(c: C) {
  return c.redirect('/profile/second-factor', 303)
}

async function refused(c: C, form: FailedForm) {
  const data = await secondFactorPage(c, form)
  return invalid(c, 'auth/second-factor', 'auth/second-factor', data)
}

async function secondFactorPage(c: C, form?: FailedForm): Promise<SecondFactorPage> {
  const { db, sealingKey, actor } = c.var
  requireOwnHands(actor)
  const [on, secret, codesLeft] = await Promise.all([
    hasSecondFactor(db, actor.loginId!),
    secretToConfirm(db, sealingKey, actor),
    recoveryCodesLeft(db, actor.loginId!),
  ])
  return { on, secret: secret ? await drawn(c, secret) : null, codesLeft, form }
}

async function drawn(c: C, secret: string) {
  const { name } = await systemSettings(c.var.db)
  return {
    qr: qrCode(totpAddress(secret, c.var.actor.loginName, name)),
    text: secret.match(/.{1,4}/g)!.join(' '),
  }
}
