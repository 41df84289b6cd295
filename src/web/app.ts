import { randomUUID } from 'node:crypto'
import { sql } from 'drizzle-orm'
import { Hono, type Next } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { HTTPException } from 'hono/http-exception'
import { contactRoutes } from '../accounts/contact-routes.ts'
import { contractRoutes } from '../accounts/contract-routes.ts'
import { contractValuesRoutes } from '../accounts/contract-values-routes.ts'
import { conversionRoutes } from '../accounts/conversion-routes.ts'
import { furtherLoginRoutes } from '../accounts/further-login-routes.ts'
import { ledgerRoutes } from '../accounts/ledger-routes.ts'
import { accountListRoutes } from '../accounts/list-routes.ts'
import { loginRemovalRoutes } from '../accounts/login-removal-routes.ts'
import { accountLoginRoutes } from '../accounts/login-routes.ts'
import { messageRoutes } from '../accounts/message-routes.ts'
import { newAccountRoutes } from '../accounts/new-routes.ts'
import { accountPasswordRoutes } from '../accounts/password-routes.ts'
import { accountRemovalRoutes } from '../accounts/removal-routes.ts'
import { accountRoutes } from '../accounts/routes.ts'
import { accountStandingRoutes } from '../accounts/standing-routes.ts'
import { apiPageRoutes } from '../api/page-routes.ts'
import { problem } from '../api/problem.ts'
import { apiRoutes } from '../api/routes.ts'
import { auditRoutes } from '../audit/routes.ts'
import { impersonationRoutes } from '../auth/impersonation-routes.ts'
import { resetRoutes } from '../auth/reset-routes.ts'
import { profileRoutes } from '../auth/routes.ts'
import { secondFactorRoutes } from '../auth/second-factor-routes.ts'
import { sessionRoutes } from '../auth/session-routes.ts'
import { signInRoutes } from '../auth/sign-in-routes.ts'
import { tokenRoutes } from '../auth/token-routes.ts'
import { moveRoutes } from '../bulk/move-routes.ts'
import { receiptRoutes } from '../bulk/receipt-routes.ts'
import { bulkRoutes } from '../bulk/routes.ts'
import { dashboardRoutes } from '../dashboard/routes.ts'
import { databaseListRoutes } from '../databases/list-routes.ts'
import { newDatabaseRoutes } from '../databases/new-routes.ts'
import { databaseRemovalRoutes } from '../databases/removal-routes.ts'
import { databaseRoutes } from '../databases/routes.ts'
import type { Database } from '../db/database.ts'
import { certificateRoutes } from '../domains/certificate-routes.ts'
import { forwardingListRoutes } from '../domains/forwarding-list-routes.ts'
import { forwardingRoutes } from '../domains/forwarding-routes.ts'
import { domainListRoutes } from '../domains/list-routes.ts'
import { newDomainRoutes } from '../domains/new-routes.ts'
import { domainRemovalRoutes } from '../domains/removal-routes.ts'
import { domainRoutes } from '../domains/routes.ts'
import { ftpLoginListRoutes } from '../ftp/list-routes.ts'
import { newFtpLoginRoutes } from '../ftp/new-routes.ts'
import { ftpLoginRemovalRoutes } from '../ftp/removal-routes.ts'
import { ftpLoginRoutes } from '../ftp/routes.ts'
import { enrolmentRoutes } from '../hosts/enrolment-routes.ts'
import { hostListRoutes } from '../hosts/list-routes.ts'
import { hostRoutes } from '../hosts/routes.ts'
import { importRoutes } from '../imports/routes.ts'
import { installationRoutes } from '../installations/routes.ts'
import { batchRoutes } from '../jobs/batch-routes.ts'
import { jobListRoutes } from '../jobs/list-routes.ts'
import { jobRoutes } from '../jobs/routes.ts'
import { columnRoutes } from '../lists/routes.ts'
import { searchRoutes } from '../lists/search-routes.ts'
import { mailboxListRoutes } from '../mail/mailbox-list-routes.ts'
import { mailboxRoutes } from '../mail/mailbox-routes.ts'
import { mailingListListRoutes } from '../mail/mailing-list-list-routes.ts'
import { mailingListRoutes } from '../mail/mailing-list-routes.ts'
import { newMailboxRoutes } from '../mail/new-mailbox-routes.ts'
import { mailSwitchRoutes } from '../mail/switch-routes.ts'
import { outboxListRoutes } from '../messages/list-routes.ts'
import { outboxRoutes } from '../messages/routes.ts'
import { templateRoutes } from '../messages/template-routes.ts'
import { planEditRoutes } from '../plans/edit-routes.ts'
import { planListRoutes } from '../plans/list-routes.ts'
import { planRemovalRoutes } from '../plans/removal-routes.ts'
import { planRoutes } from '../plans/routes.ts'
import { planVersionRoutes } from '../plans/versions-routes.ts'
import { mailSettingsRoutes } from '../settings/mail-routes.ts'
import { initialSystem } from '../settings/reading.ts'
import { settingsRoutes as systemRoutes } from '../settings/routes.ts'
import { sshKeyRoutes } from '../ssh-keys/routes.ts'
import { addOnRoutes } from '../subscriptions/add-on-routes.ts'
import { subscriptionChangeRoutes } from '../subscriptions/change-routes.ts'
import { conflictRoutes } from '../subscriptions/conflict-routes.ts'
import { credentialsRoutes } from '../subscriptions/credentials-routes.ts'
import { expiryRoutes } from '../subscriptions/expiry-routes.ts'
import { subscriptionListRoutes } from '../subscriptions/list-routes.ts'
import { lockRoutes } from '../subscriptions/lock-routes.ts'
import { newSubscriptionRoutes } from '../subscriptions/new-routes.ts'
import { subscriptionRemovalRoutes } from '../subscriptions/removal-routes.ts'
import { subscriptionRoutes } from '../subscriptions/routes.ts'
import { settingsRoutes } from '../subscriptions/settings-routes.ts'
import { subscriptionStandingRoutes } from '../subscriptions/standing-routes.ts'
import { syncRoutes } from '../subscriptions/sync-routes.ts'
import { valueRoutes } from '../subscriptions/value-routes.ts'
import { diskUsageRoutes } from '../usage/disk-routes.ts'
import { usageRoutes } from '../usage/routes.ts'
import { trafficUsageRoutes } from '../usage/traffic-routes.ts'

import { withinRole } from './areas.ts'
import { loadAssets } from './assets.ts'
import type { C, Env, JobWatch } from './env.ts'
import { failed, missing } from './failures.ts'
import { securityHeaders } from './headers.ts'
import { formats, translator } from './i18n.ts'
import { knownMethodsOnly } from './methods.ts'
import { onceOnly } from './once.ts'
import { keepPace } from './pace.ts'
import { maxBodyBytes } from './reading.ts'
import { localSettings, type WebSettings } from './settings.ts'
import { adminsOnly, sellersOnly, signedInOnly } from './signed-in.ts'
import { ownFormsOnly, visitor } from './visitor.ts'

export interface Parts {
  db: Database
  jobs: JobWatch
  sealingKey: Buffer
  panelPublicKey: string
  settings?: WebSettings
}

export type App = ReturnType<typeof createApp>

/** `mount` is for tests that need routes which fail in their own way. */
export function createApp(parts: Parts, mount: (app: Hono<Env>) => void = rooms) {
  const { db, jobs, sealingKey, panelPublicKey, settings = localSettings } = parts
  const app = new Hono<Env>()
  const assets = loadAssets()

  app.use(async (c, next) => {
    c.set('db', db)
    c.set('jobs', jobs)
    c.set('sealingKey', sealingKey)
    c.set('panelPublicKey', panelPublicKey)
    c.set('settings', settings)
    c.set('assets', assets)
    c.set('requestId', randomUUID())
    // What an error page needs that comes before anybody is known.
    c.set('session', null)
    c.set('entered', null)
    c.set('notice', null)
    c.set('framed', false)
    c.set('counts', {})
    c.set('offered', null)
    c.set('once', null)
    c.set('file', null)
    c.set('csrf', '')
    c.set('system', initialSystem)
    c.set('t', translator(initialSystem.language))
    c.set('show', formats(initialSystem.language, initialSystem.timeZone))
    await next()
  })
  app.use(securityHeaders)
  app.get('/assets/:file', (c) => assets.serve(c))
  app.get('/healthz', async (c) => {
    await db.execute(sql`select 1`)
    return c.text('ok\n')
  })

  app.use(shortBody)
  app.route('/api/v1', apiRoutes)
  app.use(visitor)
  app.use(knownMethodsOnly(app))
  app.use(ownFormsOnly)

  app.route('/', signInRoutes)
  app.route('/', resetRoutes)
  app.use(signedInOnly)
  app.use(withinRole)
  app.use(keepPace)
  app.use(onceOnly)
  app.route('/', profileRoutes)
  app.route('/', columnRoutes)
  app.route('/', searchRoutes)
  app.route('/', secondFactorRoutes)
  app.route('/', sessionRoutes)
  app.route('/', tokenRoutes)
  app.route('/', apiPageRoutes)
  mount(app)

  app.onError((error, c) => (isApi(c) ? problem(error, c) : failed(error, c)))
  app.notFound(missing)
  return app
}

const isApi = (c: C) => c.req.path.startsWith('/api/v1/')

/** Behind sign-in. */
function rooms(app: Hono<Env>) {
  app.use('/hosts/*', adminsOnly)
  app.use('/plans/*', sellersOnly)
  app.use('/conflicts/*', sellersOnly)
  app.route('/', enrolmentRoutes)
  app.route('/', hostListRoutes)
  app.route('/', hostRoutes)
  app.route('/', bulkRoutes)
  app.route('/', moveRoutes)
  app.route('/', receiptRoutes)
  app.route('/', batchRoutes)
  app.route('/', jobListRoutes)
  app.route('/', jobRoutes)
  app.route('/', planListRoutes)
  app.route('/', planRoutes)
  app.route('/', planEditRoutes)
  app.route('/', planVersionRoutes)
  app.route('/', planRemovalRoutes)
  app.route('/', dashboardRoutes)
  app.route('/', impersonationRoutes)
  app.route('/', accountListRoutes)
  app.route('/', auditRoutes)
  app.route('/', newAccountRoutes)
  app.route('/', importRoutes)
  app.route('/', accountRoutes)
  app.route('/', contactRoutes)
  app.route('/', messageRoutes)
  app.route('/', outboxListRoutes)
  app.route('/', outboxRoutes)
  app.route('/', systemRoutes)
  app.route('/', mailSettingsRoutes)
  app.route('/', templateRoutes)
  app.route('/', accountLoginRoutes)
  app.route('/', accountPasswordRoutes)
  app.route('/', furtherLoginRoutes)
  app.route('/', loginRemovalRoutes)
  app.route('/', accountStandingRoutes)
  app.route('/', accountRemovalRoutes)
  app.route('/', conversionRoutes)
  app.route('/', ledgerRoutes)
  app.route('/', contractRoutes)
  app.route('/', contractValuesRoutes)
  app.route('/', mailboxListRoutes)
  app.route('/', mailingListListRoutes)
  app.route('/', newMailboxRoutes)
  app.route('/', mailboxRoutes)
  app.route('/', mailingListRoutes)
  app.route('/', mailSwitchRoutes)
  app.route('/', subscriptionListRoutes)
  app.route('/', newSubscriptionRoutes)
  app.route('/', subscriptionRoutes)
  app.route('/', credentialsRoutes)
  app.route('/', subscriptionChangeRoutes)
  app.route('/', addOnRoutes)
  app.route('/', valueRoutes)
  app.route('/', expiryRoutes)
  app.route('/', settingsRoutes)
  app.route('/', lockRoutes)
  app.route('/', subscriptionStandingRoutes)
  app.route('/', subscriptionRemovalRoutes)
  app.route('/', syncRoutes)
  app.route('/', conflictRoutes)
  app.route('/', installationRoutes)
  app.route('/', domainListRoutes)
  app.route('/', forwardingListRoutes)
  app.route('/', newDomainRoutes)
  app.route('/', domainRoutes)
  app.route('/', domainRemovalRoutes)
  app.route('/', certificateRoutes)
  app.route('/', forwardingRoutes)
  app.route('/', ftpLoginListRoutes)
  app.route('/', newFtpLoginRoutes)
  app.route('/', ftpLoginRoutes)
  app.route('/', ftpLoginRemovalRoutes)
  app.route('/', databaseListRoutes)
  app.route('/', newDatabaseRoutes)
  app.route('/', databaseRoutes)
  app.route('/', databaseRemovalRoutes)
  app.route('/', sshKeyRoutes)
  app.route('/', usageRoutes)
  app.route('/', diskUsageRoutes)
  app.route('/', trafficUsageRoutes)
}

const limited = bodyLimit({ maxSize: maxBodyBytes, onError: tooLarge })

/** A GET brings no body; to find that out, hono would make a whole Request of it first. */
const shortBody = (c: C, next: Next) => (c.req.method === 'GET' ? next() : limited(c, next))

function tooLarge(): never {
  throw new HTTPException(413)
}
