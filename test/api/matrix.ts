import type { World } from '../web/world.ts'

/**
 * F-109, for the API: who gets what, by a token that may read and change. Without a token everything is
 * 401, by one that may only read every change is 403. What is sent is mostly refused otherwise (422),
 * which shows that its sender may send it.
 */
export interface Entry {
  /** below /api/v1, where the path has parameters: an address with Rita's own things */
  at?: (people: World) => string
  body?: unknown
  /** Rita's customer */
  cato: number
  rita: number
  /** the other reseller */
  rolf: number
  ada: number
  /** Rita's login that may only look; the usual: what Rita sees, and 403 for every change */
  looker?: number
  /** Cato's login for mail; the usual: what Cato gets for mail, and 404 for all else */
  clerk?: number
}

const everybody = (status: number) => ({ cato: status, rita: status, rolf: status, ada: status })
const sellers = (status: number) => ({ cato: 404, rita: status, rolf: status, ada: status })
const adminOnly = (ada: number) => ({ cato: 404, rita: 404, rolf: 404, ada })
const ritas = (status: number) => ({ cato: 404, rita: status, rolf: 404, ada: status })
const catos = (status: number) => ({ cato: status, rita: status, rolf: 404, ada: status })

const customer =
  (below = '') =>
  ({ cato }: World) =>
    `/customers/${cato.account.id}${below}`
const subscription =
  (below = '') =>
  ({ shop }: World) =>
    `/subscriptions/${shop.id}${below}`

export const matrix: Record<string, Entry> = {
  'GET /customers': sellers(200),
  'GET /customers/{id}': { at: customer(), ...catos(200) },
  'GET /plans': sellers(200),
  'GET /plans/offered': sellers(200),
  'GET /plans/{id}': { at: ({ ritasGold }) => `/plans/${ritasGold.id}`, ...ritas(200) },
  'GET /subscriptions': everybody(200),
  'GET /subscriptions/{id}': { at: subscription(), ...catos(200) },
  'GET /subscriptions/{id}/usage': { at: subscription('/usage'), ...catos(200) },
  'GET /jobs': everybody(200),
  'GET /jobs/{id}': { at: ({ job }) => `/jobs/${job}`, ...catos(200) },
  'GET /batches/{id}': { at: ({ batch }) => `/batches/${batch}`, ...ritas(200) },
  'GET /hosts': adminOnly(200),
  'GET /hosts/{id}': { at: ({ host }) => `/hosts/${host.id}`, ...adminOnly(200) },
}
