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

/** Cato sees it, but only those above him may. */
const aboveCato = (status: number) => ({ cato: 403, rita: status, rolf: 404, ada: status })
/** Cato and Rita see the account, but this is the admin's to do. */
const adminAbove = (ada: number) => ({ cato: 403, rita: 403, rolf: 404, ada })

const customer =
  (below = '') =>
  ({ cato }: World) =>
    `/customers/${cato.account.id}${below}`
const subscription =
  (below = '') =>
  ({ shop }: World) =>
    `/subscriptions/${shop.id}${below}`

const domain =
  (below = '') =>
  ({ blog }: World) =>
    `/domains/${blog.id}${below}`
const mailbox =
  (below = '') =>
  (people: World) =>
    `/mailboxes/${people.mailbox.id}${below}`
const list =
  (below = '') =>
  (people: World) =>
    `/mailing-lists/${people.list.id}${below}`
const ftpLogin =
  (below = '') =>
  ({ data }: World) =>
    `/ftp-logins/${data.ftp}${below}`
const database =
  (below = '') =>
  ({ data }: World) =>
    `/databases/${data.database}${below}`

/** Of what is not there: test/api/contents.test.ts removes what is. */
const gone = { ...everybody(404), looker: 403 }

const going = {
  ...{ subscriptions: 1, domains: 2, subdomains: 0, forwardings: 0, mailboxes: 1, mailAliases: 0 },
  ...{ mailingLists: 1, ftpLogins: 1, databases: 1 },
}

export const matrix: Record<string, Entry> = {
  'GET /customers': sellers(200),
  'GET /customers/{id}': { at: customer(), ...catos(200) },
  'POST /customers': sellers(422),
  'PATCH /customers/{id}': { at: customer(), body: { version: 999_999, city: 'X' }, ...catos(409) },
  'PATCH /customers/{id}/description': {
    at: customer('/description'),
    body: { description: 'Pays late' },
    ...aboveCato(200),
  },
  'POST /customers/{id}/suspension': {
    at: customer('/suspension'),
    body: { x: 1 },
    ...everybody(422),
  },
  'DELETE /customers/{id}/suspension': { at: customer('/suspension'), ...aboveCato(200) },
  'GET /customers/{id}/removal': { at: customer('/removal'), ...aboveCato(200), looker: 403 },
  'POST /customers/{id}/removal': {
    at: customer('/removal'),
    body: { name: 'Another', going },
    ...aboveCato(422),
  },
  'POST /customers/{id}/restoration': { at: customer('/restoration'), ...aboveCato(409) },
  'GET /customers/{id}/conversion': { at: customer('/conversion'), ...adminAbove(200) },
  'POST /customers/{id}/conversion': {
    at: customer('/conversion'),
    body: { to: 'customer', plans: 0, released: 0 },
    ...adminAbove(409),
  },
  'GET /plans': sellers(200),
  'GET /plans/offered': sellers(200),
  'GET /plans/{id}': { at: ({ ritasGold }) => `/plans/${ritasGold.id}`, ...ritas(200) },
  'GET /subscriptions': everybody(200),
  'GET /subscriptions/{id}': { at: subscription(), ...catos(200) },
  'GET /subscriptions/{id}/usage': { at: subscription('/usage'), ...catos(200) },
  'POST /subscriptions': sellers(422),
  'POST /subscriptions/{id}/plan': {
    at: subscription('/plan'),
    body: { planId: 999_999 },
    ...aboveCato(422),
  },
  'POST /subscriptions/{id}/add-ons': {
    at: subscription('/add-ons'),
    body: { planId: 999_999 },
    ...aboveCato(422),
  },
  'DELETE /subscriptions/{id}/add-ons/{plan}': {
    at: subscription('/add-ons/999999'),
    ...aboveCato(202),
  },
  'PATCH /subscriptions/{id}/values': {
    at: subscription('/values'),
    body: { version: 999_999, values: {} },
    ...catos(409),
  },
  'POST /subscriptions/{id}/expiry': {
    at: subscription('/expiry'),
    body: { expiresOn: '2001-01-01' },
    ...aboveCato(422),
  },
  'POST /subscriptions/{id}/shell': {
    at: subscription('/shell'),
    body: { shell: 'off' },
    ...aboveCato(202),
  },
  'POST /subscriptions/{id}/password': {
    at: subscription('/password'),
    body: { password: 'short' },
    ...catos(422),
  },
  'POST /subscriptions/{id}/suspension': {
    at: subscription('/suspension'),
    body: { text: 'Rests' },
    ...catos(202),
  },
  'DELETE /subscriptions/{id}/suspension': { at: subscription('/suspension'), ...catos(202) },
  'POST /subscriptions/{id}/removal': {
    at: subscription('/removal'),
    body: { forGood: 'yes' },
    ...everybody(422),
  },
  'POST /subscriptions/{id}/restoration': { at: subscription('/restoration'), ...aboveCato(409) },
  'GET /domains': everybody(200),
  'GET /domains/{id}': { at: domain(), ...catos(200) },
  'POST /domains': everybody(422),
  'PATCH /domains/{id}': { at: domain(), body: { version: 999_999 }, ...catos(409) },
  'POST /domains/{id}/removal': { at: () => '/domains/999999/removal', ...gone },
  'GET /mailboxes': everybody(200),
  'GET /mailboxes/{id}': { at: mailbox(), ...catos(200) },
  'POST /mailboxes': everybody(422),
  'PATCH /mailboxes/{id}': { at: mailbox(), body: { version: 999_999 }, ...catos(409) },
  'POST /mailboxes/{id}/password': {
    at: mailbox('/password'),
    body: { password: 'short' },
    ...catos(422),
  },
  'DELETE /mailboxes/{id}': { at: () => '/mailboxes/999999', ...gone },
  'GET /mailing-lists': everybody(200),
  'GET /mailing-lists/{id}': { at: list(), ...catos(200) },
  'POST /mailing-lists': everybody(422),
  'PATCH /mailing-lists/{id}': { at: list(), body: { version: 999_999 }, ...catos(409) },
  'DELETE /mailing-lists/{id}': { at: () => '/mailing-lists/999999', ...gone },
  'GET /ftp-logins': everybody(200),
  'GET /ftp-logins/{id}': { at: ftpLogin(), ...catos(200) },
  'POST /ftp-logins': everybody(422),
  'PATCH /ftp-logins/{id}': {
    at: ftpLogin(),
    body: { version: 999_999, folder: 'x' },
    ...catos(409),
  },
  'POST /ftp-logins/{id}/password': {
    at: ftpLogin('/password'),
    body: { password: 'short' },
    ...catos(422),
  },
  'DELETE /ftp-logins/{id}': { at: () => '/ftp-logins/999999', ...gone },
  'GET /databases': everybody(200),
  'GET /databases/{id}': { at: database(), ...catos(200) },
  'POST /databases': everybody(422),
  'DELETE /databases/{id}': { at: () => '/databases/999999', ...gone },
  'POST /databases/{id}/users': {
    at: database('/users'),
    body: { name: 'x', address: 'nowhere' },
    ...catos(422),
  },
  'POST /databases/{id}/users/{user}/password': {
    at: ({ data }) => `/databases/${data.database}/users/${data.user}/password`,
    body: { password: 'short' },
    ...catos(422),
  },
  'DELETE /databases/{id}/users/{user}': { at: database('/users/999999'), ...gone },
  'GET /jobs': everybody(200),
  'GET /jobs/{id}': { at: ({ job }) => `/jobs/${job}`, ...catos(200) },
  'GET /batches/{id}': { at: ({ batch }) => `/batches/${batch}`, ...ritas(200) },
  'GET /hosts': adminOnly(200),
  'GET /hosts/{id}': { at: ({ host }) => `/hosts/${host.id}`, ...adminOnly(200) },
}
