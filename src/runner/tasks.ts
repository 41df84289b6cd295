import { forgetOldEntries } from '../audit/retention.ts'
import { sweepAttempts } from '../auth/attempts.ts'
import { sweepPasswordLinks } from '../auth/password-links.ts'
import { forgetExpiredSecrets } from '../auth/sealing.ts'
import { sweepSessions } from '../auth/sessions.ts'
import { sweepSubmissions } from '../auth/submissions.ts'
import { forgetReceipts } from '../bulk/retention.ts'
import { sweepSelections } from '../bulk/selection.ts'
import { renewDue } from '../domains/renewal.ts'
import { hostWatch } from '../hosts/provision.ts'
import { sweepImports } from '../imports/keeping.ts'
import { forgetOld } from '../jobs/retention.ts'
import { settleStranded } from '../messages/stranded.ts'
import { forgetOldSecrets } from '../messages/try.ts'
import { tellOfExpiry } from '../notices/expiry.ts'
import { tellOfOveruse } from '../notices/overuse.ts'
import { forgetSoldValues, sumUpSales } from '../sales/summing.ts'
import { expireDue } from '../subscriptions/expiry.ts'
import { settleOveruse } from '../subscriptions/overuse.ts'
import { emptyTrash } from '../subscriptions/trash-end.ts'
import { measureAll } from '../usage/jobs.ts'
import { settleBegunMonths } from '../usage/months.ts'
import type { Tools } from './handler.ts'
import type { Task } from './schedule.ts'

const minute = 60
const hour = 60 * minute

export const tasks = (tools: Tools): Task[] => [
  { name: 'look after hosts', seconds: 10, run: hostWatch(tools) },
  { name: 'measure hosts', seconds: 15 * minute, run: () => measureAll(tools.db) },
  { name: 'sum up sales', seconds: minute, run: () => sumUpSales(tools.db) },
  { name: 'settle months', seconds: 5 * minute, run: () => settleBegunMonths(tools.db) },
  { name: 'settle overuse', seconds: minute, run: () => settleOveruse(tools.db) },
  { name: 'tell of overuse', seconds: 5 * minute, run: () => tellOfOveruse(tools.db) },
  { name: 'expire subscriptions', seconds: minute, run: () => expireDue(tools.db) },
  { name: 'tell of expiry', seconds: 5 * minute, run: () => tellOfExpiry(tools.db) },
  { name: 'empty the trash', seconds: minute, run: () => emptyTrash(tools.db) },
  { name: 'renew certificates', seconds: minute, run: () => renewDue(tools.db) },
  { name: 'forget expired secrets', seconds: minute, run: () => forgetExpiredSecrets(tools.db) },
  { name: 'forget secrets of mails', seconds: minute, run: () => forgetOldSecrets(tools.db) },
  { name: 'settle stranded mails', seconds: hour, run: () => settleStranded(tools.db) },
  { name: 'sweep attempts', seconds: 10 * minute, run: () => sweepAttempts(tools.db) },
  { name: 'sweep selections', seconds: hour, run: () => sweepSelections(tools.db) },
  { name: 'sweep imports', seconds: hour, run: () => sweepImports(tools.db) },
  { name: 'sweep sessions', seconds: hour, run: () => sweepSessions(tools.db) },
  { name: 'sweep password links', seconds: hour, run: () => sweepPasswordLinks(tools.db) },
  { name: 'forget old audit entries', seconds: hour, run: () => forgetOldEntries(tools.db) },
  { name: 'sweep submissions', seconds: hour, run: () => sweepSubmissions(tools.db) },
  { name: 'forget sold values', seconds: hour, run: () => forgetSoldValues(tools.db) },
  { name: 'forget old jobs', seconds: hour, run: () => forgetOld(tools.db) },
  { name: 'forget old receipts', seconds: hour, run: () => forgetReceipts(tools.db) },
]
