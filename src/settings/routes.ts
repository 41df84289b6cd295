import { isNull } from 'drizzle-orm'
import { Hono } from 'hono'
import { accounts } from '../accounts/schema.ts'
import { retellReplies } from '../mail/time-zone.ts'
import type { C, Env } from '../web/env.ts'
import type { Option } from '../web/form-fields.ts'
import { attempt, type FailedForm, invalid, page } from '../web/respond.ts'
import { adminsOnly, sellersOnly } from '../web/signed-in.ts'
import type { OwnProviderSettings, SystemSettings } from './catalogue.ts'
import { changeProvider, changeSystem } from './change.ts'
import { common, type Settings, saved, unlessStale } from './page-fields.ts'
import { ownProviderSettings, systemSettings } from './reading.ts'
import { basicForm, languageOptions, systemForm, timeZoneOptions } from './settings-fields.ts'

type General = Omit<SystemSettings, 'sender' | 'smtp' | 'mailsPerMinute'>

export interface SystemPage extends Settings {
  values: General
  languages: Option[]
  timeZones: Option[]
}

export interface BasicPage extends Settings {
  values: OwnProviderSettings
  /** what holds where the provider says nothing */
  usualTrashDays: number
}

export const settingsRoutes = new Hono<Env>()

  .use('/settings/*', sellersOnly)

  // M-44; who is no admin has settings of their own only.
  .get('/settings', async (c) => {
    if (c.var.actor.kind !== 'admin') return c.redirect('/settings/basic', 303)
    return page(c, 'settings/system', await systemPage(c))
  })

  .post('/settings', adminsOnly, async (c) => {
    const { db, actor } = c.var
    let late: Partial<General> | undefined
    const form = await attempt(c, systemForm, ({ seen, ...wish }) =>
      db
        .transaction(async (tx) => {
          const { timeZone } = await systemSettings(tx)
          await changeSystem(tx, actor, wish, seen)
          if (wish.timeZone !== timeZone) await retellReplies(tx, actor, isNull(accounts.timeZone))
        })
        .catch(
          unlessStale(() => {
            late = wish
          }),
        ),
    )
    if (form.ok) return saved(c, '/settings')
    const data = await systemPage(c, form, late)
    return late
      ? page(c, 'settings/system', data, 409)
      : invalid(c, 'settings/system', 'settings/system', data)
  })

  // S-67
  .get('/settings/basic', async (c) => page(c, 'settings/basic', await basicPage(c)))

  .post('/settings/basic', async (c) => {
    const { db, actor } = c.var
    let late: OwnProviderSettings | undefined
    const before = await ownProviderSettings(db, actor.accountId)
    const form = await attempt(
      c,
      basicForm,
      ({ seen, defaultMailboxName: name, expiryDays, ...rest }) => {
        const wish = {
          ...rest,
          expiryDays: expiryDays ?? before.expiryDays,
          defaultMailbox: rest.defaultMailbox ? name : null,
        }
        return db
          .transaction((tx) => changeProvider(tx, actor, wish, seen))
          .catch(
            unlessStale(() => {
              late = wish
            }),
          )
      },
    )
    if (form.ok) return saved(c, '/settings/basic')
    const data = await basicPage(c, form, late)
    return late
      ? page(c, 'settings/basic', data, 409)
      : invalid(c, 'settings/basic', 'settings/basic', data)
  })

async function systemPage(c: C, form?: FailedForm, late?: Partial<General>): Promise<SystemPage> {
  const { sender: _, smtp: __, mailsPerMinute: ___, ...values } = await systemSettings(c.var.db)
  return {
    values,
    languages: languageOptions(c),
    timeZones: timeZoneOptions(),
    ...common(c, values, form, late),
  }
}

async function basicPage(c: C, form?: FailedForm, late?: OwnProviderSettings): Promise<BasicPage> {
  const { db, actor } = c.var
  const values = await ownProviderSettings(db, actor.accountId)
  const { trashDays } = await systemSettings(db)
  return { values, usualTrashDays: trashDays, ...common(c, values, form, late) }
}
