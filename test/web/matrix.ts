import type { Cast } from '../support/cast.ts'
import type { Fields } from '../support/web.ts'

/**
 * F-109: who gets what, for every route there is. A route without an entry fails the test, so that
 * nobody adds one without having said who may use it. What a form is refused for otherwise (422)
 * shows that its sender may send it.
 */
export interface Entry {
  /** where the route has parameters: an address with Rita's own things */
  at?: (people: Cast) => string
  fields?: Fields
  /** not signed in; the usual is 303, to sign-in */
  anon?: number
  /** Rita's customer */
  cato: number
  rita: number
  /** the other reseller */
  rolf: number
  ada: number
}

const everybody = (status: number) => ({ cato: status, rita: status, rolf: status, ada: status })

/** What the others get is what they get for an address that does not exist. */
const adminOnly = (ada: number) => ({ cato: 404, rita: 404, rolf: 404, ada })

const sellers = (status: number) => ({ cato: 404, rita: status, rolf: status, ada: status })

/** Rita's own, and the admin's to see. */
const ritas = (status: number) => ({ cato: 404, rita: status, rolf: 404, ada: status })

const plan = (below: string) => (people: Cast) => `/plans/${people.ritasGold.id}${below}`
const host = (below: string) => (people: Cast) => `/hosts/${people.host.id}${below}`

export const matrix: Record<string, Entry> = {
  'GET /healthz': { anon: 200, ...everybody(200) },
  'GET /assets/:file': { at: () => '/assets/x.css', anon: 404, ...everybody(404) },
  'GET /login': { anon: 200, ...everybody(303) },
  'POST /login': { anon: 422, ...everybody(422) },
  'GET /': everybody(200),
  'GET /profile': everybody(200),
  'GET /profile/password': everybody(303),
  'POST /profile/password': everybody(422),
  'POST /logout': everybody(303),

  'GET /plans': sellers(200),
  'GET /plans/new': sellers(200),
  'POST /plans': sellers(422),
  'GET /plans/:id': { at: plan(''), ...ritas(200) },
  'POST /plans/:id': { at: plan(''), ...ritas(422) },
  'GET /plans/:id/removal': { at: plan('/removal'), ...ritas(200) },
  'POST /plans/:id/removal': { at: plan('/removal'), fields: { x: '' }, ...ritas(422) },
  'GET /jobs': everybody(200),
  // Nobody has any here; who may do what to one is in test/jobs/pages.test.ts.
  'GET /jobs/:id': { at: () => '/jobs/1', ...everybody(404) },
  'GET /jobs/:id/run': { at: () => '/jobs/1/run', ...everybody(303) },
  'POST /jobs/:id/run': { at: () => '/jobs/1/run', ...everybody(404) },
  'GET /jobs/:id/cancellation': { at: () => '/jobs/1/cancellation', ...everybody(303) },
  'POST /jobs/:id/cancellation': { at: () => '/jobs/1/cancellation', ...everybody(404) },

  'GET /hosts': adminOnly(200),
  'GET /hosts/new': adminOnly(200),
  'POST /hosts': adminOnly(422),
  'GET /hosts/:id': { at: host(''), ...adminOnly(200) },
  'POST /hosts/:id': { at: host(''), ...adminOnly(422) },
  'GET /hosts/:id/greeting': { at: host('/greeting'), ...adminOnly(303) },
  'POST /hosts/:id/greeting': { at: host('/greeting'), ...adminOnly(409) },
  'GET /hosts/:id/enrolment': { at: host('/enrolment'), ...adminOnly(200) },
  'POST /hosts/:id/enrolment': { at: host('/enrolment'), ...adminOnly(422) },
  'GET /hosts/:id/check': { at: host('/check'), ...adminOnly(303) },
  'POST /hosts/:id/check': { at: host('/check'), ...adminOnly(303) },
  'GET /hosts/:id/key': { at: host('/key'), ...adminOnly(303) },
  'POST /hosts/:id/key': { at: host('/key'), ...adminOnly(422) },
  'GET /hosts/:id/removal': { at: host('/removal'), ...adminOnly(200) },
  // last: it really goes
  'POST /hosts/:id/removal': { at: host('/removal'), ...adminOnly(303) },
}
