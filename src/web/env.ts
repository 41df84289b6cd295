import type { HttpBindings } from '@hono/node-server'
import type { Context } from 'hono'
import type { Actor } from '../audit/actor.ts'
import type { SignedIn } from '../auth/sessions.ts'
import type { Entered } from '../auth/token-entry.ts'
import type { Database } from '../db/database.ts'
import type { Offered } from '../lists/choices.ts'
import type { SystemSettings } from '../settings/catalogue.ts'
import type { Assets } from './assets.ts'
import type { Counts } from './counts.ts'
import type { Formats, Translate } from './i18n.ts'
import type { Notice } from './notice.ts'
import type { WebSettings } from './settings.ts'

/** What a page may wait for: true when the job ended within so many milliseconds. */
export interface JobWatch {
  finished(jobId: number, milliseconds: number): Promise<boolean>
}

/**
 * What every handler finds in `c.var`. That copies all of them each time: what every request passes
 * through asks `c.get` for the one it needs.
 */
export interface Variables {
  db: Database
  settings: WebSettings
  /** what an admin has decided; the initial ones where the database cannot be asked */
  system: SystemSettings
  jobs: JobWatch
  sealingKey: Buffer
  /** `ssh-ed25519 AAAA…`, for root's authorized_keys on a host */
  panelPublicKey: string
  assets: Assets

  requestId: string
  /** address of the real peer, not of a proxy in front of us */
  address: string | null
  session: SignedIn | null
  /** by which a program came, in place of a session */
  entered: Entered | null
  /** only behind sign-in; use `session` where anybody may come */
  actor: Actor
  /** goes into every form, bound to the session */
  csrf: string
  /** fields of an unsafe request, without `_csrf` and `_once` */
  form: URLSearchParams
  /** where a form has one, see reading.ts */
  file: File | null
  /** of a form that is sent but once (F-72) */
  once: string | null
  notice: Notice | null
  /** the answer is somebody else's HTML for a frame of ours */
  framed: boolean
  counts: Counts
  /** to choose from in a panel, where it came with the session */
  offered: Offered | null
  t: Translate
  show: Formats
}

export interface Env {
  Variables: Variables
  /** empty in tests that call `app.request` */
  Bindings: Partial<HttpBindings>
}

export type C = Context<Env>
