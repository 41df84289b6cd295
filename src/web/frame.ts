import { randomUUID } from 'node:crypto'
import type { Actor } from '../audit/actor.ts'
import type { Said } from '../contract/said.ts'
import type { C } from './env.ts'
import { shown, typed, wiring } from './form-fields.ts'
import type { Formats, Translate } from './i18n.ts'
import { navigation, type Section } from './navigation.ts'
import { type Notice, takeNotice } from './notice.ts'
import { languageOf } from './reader.ts'
import { told } from './told.ts'

/** What every template finds in `it`, besides its own data. */
export interface Frame {
  t: Translate
  show: Formats
  /** what a host said, or else this */
  told: (said: Said | null, otherwise: string) => string
  language: string
  /** what the panel is called */
  panelName: string
  /** null before sign-in */
  actor: Actor | null
  /** what the account is called: a word for `t` */
  accountKind: string
  accessibility: boolean
  /** somebody works in another's account: both names, on every page (M-34) */
  visit: { visitor: string; name: string } | null
  /** address of this page */
  path: string
  csrf: string
  /** for `_once`: a form sent twice with the same one does its work once (F-72) */
  once: string
  asset: (name: string) => string
  /** taking it ends it */
  notice: () => Notice | null
  navigation: Section[]
  wiring: typeof wiring
  typed: typeof typed
  shown: typeof shown
}

const kindNames = { admin: 'Administrator', reseller: 'Reseller', customer: 'Customer' }

export function frame(c: C): Frame {
  const { t, show, session, csrf, assets, system, counts } = c.var
  const actor = session?.actor ?? null
  return {
    t,
    show,
    told: (said, otherwise) => told(t, said, otherwise),
    language: languageOf(c),
    panelName: system.name,
    actor,
    accountKind: actor ? kindNames[actor.kind] : '',
    accessibility: session?.accessibility ?? false,
    visit: session?.visitor ? { visitor: session.visitor, name: session.name } : null,
    path: c.req.path,
    csrf,
    once: randomUUID(),
    asset: assets.url,
    notice: () => takeNotice(c),
    wiring,
    typed,
    shown,
    navigation: actor ? navigation(actor, c.req.path, counts) : [],
  }
}
