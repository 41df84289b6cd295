import { answerForgottenHandler } from '../auth/provision.ts'
import { fetchCertificateHandler } from '../domains/provision.ts'
import { checkHandler, enrolHandler, greetHandler } from '../hosts/provision.ts'
import { installHandler } from '../installations/provision.ts'
import { deliverMessageHandler } from '../messages/provision.ts'
import { applySubscriptionHandler } from '../subscriptions/provision.ts'
import { measureHostHandler } from '../usage/provision.ts'
import type { Handler } from './handler.ts'

/** Everything this version can do. */
export const handlers: Handler[] = [
  applySubscriptionHandler,
  greetHandler,
  enrolHandler,
  checkHandler,
  installHandler,
  measureHostHandler,
  deliverMessageHandler,
  fetchCertificateHandler,
  answerForgottenHandler,
]
