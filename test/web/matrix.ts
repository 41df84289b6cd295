import type { Fields } from '../support/web.ts'
import type { World } from './world.ts'

/**
 * F-109: who gets what, for every route there is. A route without an entry fails the test, so that
 * nobody adds one without having said who may use it. What a form is refused for otherwise (422)
 * shows that its sender may send it.
 */
export interface Entry {
  /** where the route has parameters: an address with Rita's own things */
  at?: (people: World) => string
  fields?: Fields
  /** not signed in; the usual is 303, to sign-in */
  anon?: number
  /** Rita's customer */
  cato: number
  rita: number
  /** the other reseller */
  rolf: number
  ada: number

  /** Rita's login that may only look; the usual: what Rita sees, and 403 for every change */
  looker?: number
  /** Cato's login for mail; the usual: 404 for pages and 403 for changes, but of mail and his own */
  clerk?: number
  /** Ada, working as Rita; the usual: as Rita */
  visitor?: number
}

const everybody = (status: number) => ({ cato: status, rita: status, rolf: status, ada: status })

/** What the others get is what they get for an address that does not exist. */
const adminOnly = (ada: number) => ({ cato: 404, rita: 404, rolf: 404, ada })

const sellers = (status: number) => ({ cato: 404, rita: status, rolf: status, ada: status })

/** Rita's own, and the admin's to see. */
const ritas = (status: number) => ({ cato: 404, rita: status, rolf: 404, ada: status })

const plan = (below: string) => (people: World) => `/plans/${people.ritasGold.id}${below}`
/** Cato's own: his, his reseller's and the admin's. */
const catos = (status: number) => ({ cato: status, rita: status, rolf: 404, ada: status })

/** What a login chose in a list is nobody else's, not even an admin's. */
const ritasAlone = (status: number) => ({ cato: 404, rita: status, rolf: 404, ada: 404 })

/** Cato sees it, but only those above him may. */
const aboveCato = (status: number) => ({ cato: 403, rita: status, rolf: 404, ada: status })

/** Cato and Rita see the account, but this is the admin's to do. */
const adminAbove = (ada: number) => ({ cato: 403, rita: 403, rolf: 404, ada })

/** What Rita may sell she is given, and does not take. */
const notHerself = (ada: number) => ({ cato: 404, rita: 403, rolf: 404, ada })

const customer =
  (below: string) =>
  ({ cato }: World) =>
    `/customers/${cato.account.id}${below}`
const ritasAccount =
  (below: string) =>
  ({ rita }: World) =>
    `/customers/${rita.account.id}${below}`
const subscription =
  (below: string) =>
  ({ shop }: World) =>
    `/subscriptions/${shop.id}${below}`
const domain =
  (below: string) =>
  ({ blog }: World) =>
    `/domains/${blog.id}${below}`
const mailbox = (below: string) => (people: World) => `/mailboxes/${people.mailbox.id}${below}`
const list = (below: string) => (people: World) => `/mailing-lists/${people.list.id}${below}`
const template = (below: string) => () => `/settings/templates/welcome/de${below}`
const ftpLogin =
  (below: string) =>
  ({ data }: World) =>
    `/ftp-logins/${data.ftp}${below}`
const database =
  (below: string) =>
  ({ data }: World) =>
    `/databases/${data.database}${below.replace(':user', String(data.user))}`
const message = (below: string) => (people: World) => `/outbox/${people.message}${below}`
const clerk =
  (below: string) =>
  ({ cato, clerk }: World) =>
    `/customers/${cato.account.id}/logins/${clerk.login.id}${below}`
const imported = (below: string) => (people: World) =>
  `/customers/import/${people.imported}${below}`
const job = (below: string) => (people: World) => `/jobs/${people.job}${below}`
const host = (below: string) => (people: World) => `/hosts/${people.host.id}${below}`

export const matrix: Record<string, Entry> = {
  'GET /healthz': { anon: 200, ...everybody(200) },
  'GET /assets/:file': { at: () => '/assets/x.css', anon: 404, ...everybody(404) },
  'GET /login': { anon: 200, ...everybody(303) },
  'POST /login': { anon: 422, ...everybody(422) },
  'GET /login/code': { anon: 303, ...everybody(303) },
  'POST /login/code': { anon: 303, ...everybody(303) },
  'GET /password/forgot': { anon: 200, ...everybody(200) },
  'POST /password/forgot': { anon: 422, ...everybody(422) },
  'GET /password/reset/:token': { at: () => '/password/reset/x', anon: 404, ...everybody(404) },
  'POST /password/reset/:token': { at: () => '/password/reset/x', anon: 422, ...everybody(422) },
  'GET /': everybody(200),
  'GET /profile/second-factor': { ...everybody(200), visitor: 403 },
  'POST /profile/second-factor': { ...everybody(422), visitor: 403 },
  'GET /profile/second-factor/confirmation': everybody(303),
  'POST /profile/second-factor/confirmation': { ...everybody(422), visitor: 403 },
  'GET /profile/second-factor/removal': everybody(303),
  'POST /profile/second-factor/removal': { ...everybody(422), visitor: 403 },
  'GET /profile/recovery-codes': { ...everybody(200), visitor: 403 },
  'POST /profile/recovery-codes': { ...everybody(422), visitor: 403 },
  'GET /profile': everybody(200),
  'GET /profile/password': everybody(200),
  'GET /profile/preferences': everybody(303),
  'POST /profile/preferences': { ...everybody(303), looker: 403, clerk: 403 },
  'GET /profile/sessions': { ...everybody(200), visitor: 403 },
  'POST /profile/sessions': { ...everybody(422), visitor: 403 },
  'GET /profile/tokens': { ...everybody(200), visitor: 403 },
  // the switch is off
  'POST /profile/tokens': everybody(403),
  'GET /profile/tokens/:id': { at: () => '/profile/tokens/1', ...everybody(200), visitor: 403 },
  'GET /profile/tokens/:id/removal': { at: () => '/profile/tokens/1/removal', ...everybody(303) },
  'POST /profile/tokens/:id/removal': {
    at: () => '/profile/tokens/1/removal',
    ...everybody(303),
    visitor: 403,
  },
  'GET /api': everybody(200),
  'POST /profile/password': everybody(422),
  'POST /logout': everybody(303),

  'POST /columns': everybody(400),
  'GET /ftp-logins': everybody(200),
  'GET /ftp-logins.csv': everybody(200),
  'GET /ftp-logins/new': everybody(200),
  'POST /ftp-logins/new': everybody(422),
  'GET /ftp-logins/:id': { at: ftpLogin(''), ...catos(200) },
  'POST /ftp-logins/:id': { at: ftpLogin(''), ...catos(422) },
  'GET /ftp-logins/:id/password': { at: ftpLogin('/password'), ...catos(200) },
  'POST /ftp-logins/:id/password': {
    at: ftpLogin('/password'),
    fields: { password: 'short' },
    visitor: 403,
    ...catos(422),
  },
  'GET /ftp-logins/:id/credentials': { at: ftpLogin('/credentials'), ...catos(200) },
  'GET /ftp-logins/:id/removal': { at: ftpLogin('/removal'), ...catos(200) },
  'POST /ftp-logins/:id/removal': { at: ftpLogin('/removal'), ...catos(422) },
  'GET /databases': everybody(200),
  'GET /databases.csv': everybody(200),
  'GET /databases/new': everybody(200),
  'POST /databases/new': everybody(422),
  'GET /databases/:id': { at: database(''), ...catos(200) },
  'GET /databases/:id/users': { at: database('/users'), ...everybody(303) },
  'POST /databases/:id/users': { at: database('/users'), ...catos(422) },
  'GET /databases/:id/users/:user/password': {
    at: database('/users/:user/password'),
    ...catos(200),
  },
  'POST /databases/:id/users/:user/password': {
    at: database('/users/:user/password'),
    fields: { password: 'short' },
    visitor: 403,
    ...catos(422),
  },
  'GET /databases/:id/users/:user/credentials': {
    at: database('/users/:user/credentials'),
    ...catos(200),
  },
  'GET /databases/:id/users/:user/removal': {
    at: database('/users/:user/removal'),
    ...catos(200),
  },
  'POST /databases/:id/users/:user/removal': {
    at: database('/users/999/removal'),
    ...everybody(404),
  },
  'GET /databases/:id/removal': { at: database('/removal'), ...catos(200) },
  'POST /databases/:id/removal': { at: database('/removal'), ...catos(422) },
  'GET /search': everybody(200),
  'GET /domains': everybody(200),
  'GET /domains.csv': everybody(200),
  'GET /domains/new': everybody(200),
  'POST /domains/new': everybody(422),
  'GET /domains/:id': { at: domain(''), ...catos(200) },
  'POST /domains/:id': { at: domain(''), ...catos(422) },
  'GET /domains/:id/removal': { at: domain('/removal'), ...catos(200) },
  'POST /domains/:id/removal': { at: domain('/removal'), ...catos(422) },
  'GET /mailboxes': everybody(200),
  'GET /mailboxes.csv': everybody(200),
  'GET /mailing-lists': everybody(200),
  'GET /mailing-lists.csv': everybody(200),
  'GET /mailboxes/new': { cato: 303, rita: 303, rolf: 200, ada: 303 },
  'GET /mailing-lists/new': { cato: 303, rita: 303, rolf: 200, ada: 303 },
  'GET /subscriptions/:id/mailboxes/new': { at: subscription('/mailboxes/new'), ...catos(200) },
  'POST /subscriptions/:id/mailboxes/new': { at: subscription('/mailboxes/new'), ...catos(422) },
  'GET /subscriptions/:id/mailing-lists/new': {
    at: subscription('/mailing-lists/new'),
    ...catos(200),
  },
  'POST /subscriptions/:id/mailing-lists/new': {
    at: subscription('/mailing-lists/new'),
    ...catos(422),
  },
  'GET /subscriptions/:id/imap': { at: subscription('/imap'), ...aboveCato(200) },
  'POST /subscriptions/:id/imap': { at: subscription('/imap'), ...aboveCato(422) },
  'GET /subscriptions/:id/virus-scan': { at: subscription('/virus-scan'), ...aboveCato(200) },
  'POST /subscriptions/:id/virus-scan': { at: subscription('/virus-scan'), ...aboveCato(422) },
  'GET /mailboxes/:id': { at: mailbox(''), ...catos(200) },
  'POST /mailboxes/:id': { at: mailbox(''), ...catos(422) },
  'GET /mailboxes/:id/password': { at: mailbox('/password'), ...catos(200) },
  'POST /mailboxes/:id/password': { at: mailbox('/password'), ...catos(422) },
  'GET /mailboxes/:id/credentials': { at: mailbox('/credentials'), ...catos(200) },
  'GET /mailboxes/:id/removal': { at: mailbox('/removal'), ...catos(200) },
  'POST /mailboxes/:id/removal': { at: mailbox('/removal'), ...catos(422) },
  'GET /mailing-lists/:id': { at: list(''), ...catos(200) },
  'POST /mailing-lists/:id': { at: list(''), ...catos(422) },
  'GET /mailing-lists/:id/removal': { at: list('/removal'), ...catos(200) },
  'POST /mailing-lists/:id/removal': { at: list('/removal'), ...catos(422) },
  'GET /subscriptions/:id/usage': { at: subscription('/usage'), ...catos(200) },
  'GET /usage/disk': everybody(200),
  'GET /usage/disk.csv': everybody(200),
  'GET /usage/traffic': everybody(200),
  'GET /usage/traffic/:month': { at: () => '/usage/traffic/2026-10', ...everybody(200) },
  'GET /usage/traffic/:file': { at: () => '/usage/traffic/2026-10.csv', ...everybody(200) },
  'GET /subscriptions/:id/ssh-keys': { at: subscription('/ssh-keys'), ...catos(200) },
  'POST /subscriptions/:id/ssh-keys': { at: subscription('/ssh-keys'), ...catos(422) },
  'POST /subscriptions/:id/ssh-keys/:key/removal': {
    at: subscription('/ssh-keys/999/removal'),
    ...everybody(404),
  },
  'GET /domains/:id/certificate': { at: domain('/certificate'), ...catos(200) },
  // the plan has no HTTPS
  'POST /domains/:id/certificate': { at: domain('/certificate'), ...catos(403) },
  'POST /domains/:id/certificate/fetch': { at: domain('/certificate/fetch'), ...catos(403) },
  'POST /domains/:id/certificate/removal': { at: domain('/certificate/removal'), ...catos(303) },
  'GET /forwardings': everybody(200),
  'GET /forwardings.csv': everybody(200),
  'GET /forwardings/new': everybody(200),
  'POST /forwardings/new': everybody(422),
  'GET /forwardings/new/target': everybody(303),
  'POST /forwardings/new/target': everybody(422),

  'GET /audit': everybody(200),
  'GET /audit.csv': everybody(200),
  'GET /plans': sellers(200),
  'GET /plans.csv': sellers(200),
  'GET /plans/new': sellers(200),
  'POST /plans/new': sellers(422),
  'GET /plans/:id': { at: plan(''), ...ritas(200) },
  'POST /plans/:id': { at: plan(''), ...ritas(422) },
  'GET /plans/:id/preview': { at: plan('/preview'), ...ritas(303) },
  'POST /plans/:id/preview': { at: plan('/preview'), ...ritas(422) },
  'GET /plans/:id/versions': { at: plan('/versions'), ...ritas(200) },
  'GET /plans/:id/removal': { at: plan('/removal'), ...ritas(200) },
  'POST /plans/:id/removal': { at: plan('/removal'), fields: { x: '' }, ...ritas(422) },

  'GET /start': sellers(200),
  'GET /customers': sellers(200),
  'GET /customers.csv': sellers(200),
  'GET /customers/new': sellers(200),
  'POST /customers/new': sellers(422),
  'GET /customers/import': sellers(200),
  'POST /customers/import': sellers(422),
  'GET /customers/import/template.csv': sellers(200),
  'GET /customers/import/:id': { at: imported(''), ...ritasAlone(200), looker: 404 },
  'POST /customers/import/:id': { at: imported(''), ...ritasAlone(422) },
  'GET /customers/import/:id/left.csv': {
    at: imported('/left.csv'),
    ...ritasAlone(200),
    looker: 404,
  },
  'GET /customers/:id': { at: customer(''), ...catos(200) },
  'GET /customers/:id/contact': { at: customer('/contact'), ...catos(200) },
  'POST /customers/:id/contact': { at: customer('/contact'), ...catos(422) },
  'GET /customers/:id/description': { at: customer('/description'), ...aboveCato(200) },
  'POST /customers/:id/description': { at: customer('/description'), ...aboveCato(422) },
  'GET /customers/:id/login': { at: customer('/login'), ...aboveCato(200), visitor: 403 },
  'POST /customers/:id/login': { at: customer('/login'), ...aboveCato(422), visitor: 403 },
  'GET /customers/:id/logins': { at: customer('/logins'), ...catos(200), visitor: 403 },
  'GET /customers/:id/logins/new': { at: customer('/logins/new'), ...catos(200), visitor: 403 },
  'POST /customers/:id/logins/new': { at: customer('/logins/new'), ...catos(422), visitor: 403 },
  'GET /customers/:id/logins/:login': { at: clerk(''), ...catos(200), visitor: 403 },
  'POST /customers/:id/logins/:login': { at: clerk(''), ...catos(422), visitor: 403 },
  'GET /customers/:id/logins/:login/link': { at: clerk('/link'), ...everybody(303) },
  // Nobody has named a mail server.
  'POST /customers/:id/logins/:login/link': { at: clerk('/link'), ...catos(409), visitor: 403 },
  'GET /customers/:id/logins/:login/second-factor': {
    at: clerk('/second-factor'),
    ...everybody(303),
  },
  'POST /customers/:id/logins/:login/second-factor': {
    at: clerk('/second-factor'),
    ...catos(303),
    visitor: 403,
  },
  'GET /customers/:id/logins/:login/removal': {
    at: clerk('/removal'),
    ...catos(200),
    visitor: 403,
  },
  'POST /customers/:id/logins/:login/removal': {
    at: clerk('/removal'),
    ...catos(422),
    visitor: 403,
  },
  'GET /customers/:id/password': { at: customer('/password'), ...aboveCato(200), visitor: 403 },
  'POST /customers/:id/password': { at: customer('/password'), ...aboveCato(422), visitor: 403 },
  'GET /customers/:id/suspension': { at: customer('/suspension'), ...aboveCato(200) },
  'POST /customers/:id/suspension': { at: customer('/suspension'), ...aboveCato(422) },
  'GET /customers/:id/credentials': { at: customer('/credentials'), ...catos(200) },
  'GET /customers/:id/impersonation': {
    at: customer('/impersonation'),
    ...aboveCato(200),
    visitor: 403,
  },
  'POST /customers/:id/impersonation': {
    at: customer('/impersonation'),
    ...aboveCato(303),
    visitor: 403,
  },
  'GET /subscriptions': everybody(200),
  'GET /subscriptions.csv': everybody(200),
  'GET /subscriptions/new': sellers(200),
  'POST /subscriptions/new': sellers(422),
  'GET /subscriptions/:id': { at: subscription(''), ...catos(200) },
  'GET /subscriptions/:id/password': { at: subscription('/password'), ...catos(200), visitor: 403 },
  'POST /subscriptions/:id/password': {
    at: subscription('/password'),
    ...catos(422),
    visitor: 403,
  },
  'GET /subscriptions/:id/plan': { at: subscription('/plan'), ...aboveCato(200) },
  'POST /subscriptions/:id/plan': { at: subscription('/plan'), ...aboveCato(422) },
  'GET /subscriptions/:id/add-ons': { at: subscription('/add-ons'), ...aboveCato(200) },
  'POST /subscriptions/:id/add-ons': { at: subscription('/add-ons'), ...aboveCato(422) },
  'GET /subscriptions/:id/values': { at: subscription('/values'), ...aboveCato(200) },
  'POST /subscriptions/:id/values': { at: subscription('/values'), ...aboveCato(422) },
  'POST /subscriptions/:id/values/return': {
    at: subscription('/values/return'),
    fields: { property: 'disk' },
    ...aboveCato(303),
  },
  'GET /subscriptions/:id/lock': { at: subscription('/lock'), ...aboveCato(200) },
  'POST /subscriptions/:id/lock': { at: subscription('/lock'), ...aboveCato(422) },
  'GET /subscriptions/:id/settings': {
    at: subscription('/settings'),
    cato: 200,
    rita: 403,
    rolf: 404,
    ada: 403,
  },
  'POST /subscriptions/:id/settings': {
    at: subscription('/settings'),
    cato: 422,
    rita: 403,
    rolf: 404,
    ada: 403,
  },
  'GET /subscriptions/:id/expiry': { at: subscription('/expiry'), ...aboveCato(200) },
  'POST /subscriptions/:id/expiry': { at: subscription('/expiry'), ...aboveCato(422) },
  'GET /subscriptions/:id/shell': { at: subscription('/shell'), ...aboveCato(200) },
  'POST /subscriptions/:id/shell': { at: subscription('/shell'), ...aboveCato(422) },
  'GET /subscriptions/:id/suspension': { at: subscription('/suspension'), ...catos(200) },
  'POST /subscriptions/:id/suspension': { at: subscription('/suspension'), ...catos(422) },
  'GET /subscriptions/:id/progress': { at: subscription('/progress'), ...catos(200) },
  'GET /subscriptions/:id/credentials': { at: subscription('/credentials'), ...catos(200) },
  'GET /batches/:id': { at: ({ batch }) => `/batches/${batch}`, ...ritas(200) },
  'POST /batches/:id/retry': { at: ({ batch }) => `/batches/${batch}/retry`, ...ritas(303) },
  'GET /batches/:id/undo': { at: ({ batch }) => `/batches/${batch}/undo`, ...ritas(409) },
  'POST /batches/:id/undo': {
    at: ({ batch }) => `/batches/${batch}/undo`,
    fields: { seen: '' },
    ...ritas(409),
  },
  'GET /customers/:id/move': { at: customer('/move'), ...adminAbove(200) },
  'POST /customers/:id/move': { at: customer('/move'), ...adminAbove(422) },
  'POST /customers/bulk': { fields: { action: 'suspend' }, ...sellers(422) },
  'GET /customers/bulk/:selection': {
    at: ({ chosen }) => `/customers/bulk/${chosen.accounts}?action=suspend`,
    ...ritasAlone(200),
    looker: 404,
  },
  'POST /customers/bulk/:selection': {
    at: ({ chosen }) => `/customers/bulk/${chosen.accounts}`,
    fields: { action: 'suspend' },
    ...ritasAlone(422),
  },
  'POST /subscriptions/bulk': { fields: { action: 'suspend' }, ...sellers(422) },
  'GET /subscriptions/bulk/:selection': {
    at: ({ chosen }) => `/subscriptions/bulk/${chosen.subscriptions}?action=suspend`,
    ...ritasAlone(200),
    looker: 404,
  },
  'POST /subscriptions/bulk/:selection': {
    at: ({ chosen }) => `/subscriptions/bulk/${chosen.subscriptions}`,
    fields: { action: 'suspend' },
    ...ritasAlone(422),
  },
  'GET /jobs': everybody(200),
  'GET /jobs.csv': everybody(200),
  'GET /jobs/:id': { at: job(''), ...catos(200) },
  'GET /jobs/:id/run': { at: job('/run'), ...everybody(303) },
  'POST /jobs/:id/run': { at: job('/run'), ...aboveCato(303) },
  'GET /jobs/:id/cancellation': { at: job('/cancellation'), ...everybody(303) },
  'POST /jobs/:id/cancellation': {
    at: job('/cancellation'),
    cato: 403,
    rita: 303,
    rolf: 404,
    ada: 409,
  },
  'GET /subscriptions/:id/sync': { at: subscription('/sync'), ...catos(200) },
  'POST /subscriptions/:id/sync': { at: subscription('/sync'), ...aboveCato(422) },
  'GET /conflicts': sellers(200),
  'POST /conflicts': sellers(422),
  'GET /hosts/:id/installation': { at: host('/installation'), ...adminOnly(303) },
  'POST /hosts/:id/installation': { at: host('/installation'), ...adminOnly(422) },
  'GET /subscriptions/:id/removal': { at: subscription('/removal'), ...aboveCato(200) },
  'POST /subscriptions/:id/restoration': { at: subscription('/restoration'), ...aboveCato(409) },
  'POST /subscriptions/:id/removal': { at: subscription('/removal'), ...aboveCato(422) },
  'GET /outbox': sellers(200),
  'GET /outbox.csv': sellers(200),
  'GET /outbox/preview': sellers(303),
  'POST /outbox/preview': sellers(200),
  'GET /outbox/delivery': sellers(303),
  'POST /outbox/delivery': sellers(303),
  'GET /outbox/:id': { at: message(''), ...ritas(200) },
  'GET /outbox/:id/content': { at: message('/content'), ...ritas(200) },
  'GET /outbox/:id/delivery': { at: message('/delivery'), ...sellers(303) },
  'POST /outbox/:id/delivery': { at: message('/delivery'), ...ritas(303) },
  'GET /outbox/:id/arrival': { at: message('/arrival'), ...sellers(303) },
  // It waits, so nobody can say that it arrived.
  'POST /outbox/:id/arrival': { at: message('/arrival'), ...ritas(409) },
  'GET /outbox/:id/withdrawal': { at: message('/withdrawal'), ...sellers(303) },
  'POST /outbox/:id/withdrawal': { at: message('/withdrawal'), ...ritas(303) },
  'GET /settings/templates': sellers(200),
  'GET /settings/templates/:name/:language': { at: template(''), ...sellers(200) },
  'POST /settings/templates/:name/:language': { at: template(''), ...sellers(422) },
  'GET /settings/templates/:name/:language/preview': { at: template('/preview'), ...sellers(303) },
  'POST /settings/templates/:name/:language/preview': { at: template('/preview'), ...sellers(200) },
  'GET /settings/templates/:name/:language/test': { at: template('/test'), ...sellers(303) },
  'POST /settings/templates/:name/:language/test': { at: template('/test'), ...sellers(303) },
  'GET /settings/templates/:name/:language/removal': { at: template('/removal'), ...sellers(303) },
  'POST /settings/templates/:name/:language/removal': { at: template('/removal'), ...sellers(422) },
  'GET /settings': { ...sellers(303), ada: 200 },
  'POST /settings': adminOnly(422),
  'GET /settings/basic': sellers(200),
  'POST /settings/basic': sellers(422),
  'GET /settings/mail': adminOnly(200),
  'POST /settings/mail': adminOnly(422),
  'GET /customers/:id/message': { at: customer('/message'), ...aboveCato(200) },
  'POST /customers/:id/message': { at: customer('/message'), ...aboveCato(422) },
  'GET /customers/:id/conversion': { at: customer('/conversion'), ...adminAbove(200) },
  'POST /customers/:id/conversion': { at: customer('/conversion'), ...adminAbove(422) },
  'GET /customers/:id/ledger': { at: ritasAccount('/ledger'), ...ritas(200) },
  'GET /customers/:id/ledger/:property': { at: ritasAccount('/ledger/disk'), ...ritas(200) },
  'GET /customers/:id/reseller-plan': { at: ritasAccount('/reseller-plan'), ...notHerself(200) },
  'POST /customers/:id/reseller-plan': { at: ritasAccount('/reseller-plan'), ...notHerself(422) },
  'GET /customers/:id/reseller-values': {
    at: ritasAccount('/reseller-values'),
    ...notHerself(200),
  },
  'POST /customers/:id/reseller-values': {
    at: ritasAccount('/reseller-values'),
    ...notHerself(422),
  },
  'GET /customers/:id/removal': { at: customer('/removal'), ...aboveCato(200) },
  'POST /customers/:id/restoration': { at: customer('/restoration'), ...aboveCato(409) },
  'POST /customers/:id/removal': { at: customer('/removal'), ...aboveCato(422) },

  'GET /hosts': adminOnly(200),
  'GET /hosts.csv': adminOnly(200),
  'GET /hosts/new': adminOnly(200),
  'POST /hosts/new': adminOnly(422),
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
  // Cato's subscription is still there.
  'POST /hosts/:id/removal': { at: host('/removal'), ...adminOnly(409) },
}
