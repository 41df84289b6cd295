import { sweepAttempts } from '../auth/attempts.ts'
import { forgetExpiredSecrets } from '../auth/sealing.ts'
import { sweepSessions } from '../auth/sessions.ts'
import { forgetOld } from '../jobs/retention.ts'
import type { Tools } from './handler.ts'
import type { Task } from './schedule.ts'

const minute = 60
const hour = 60 * minute

export const tasks = ({ db }: Tools): Task[] => [
  { name: 'forget expired secrets', seconds: minute, run: () => forgetExpiredSecrets(db) },
  { name: 'sweep attempts', seconds: 10 * minute, run: () => sweepAttempts(db) },
  { name: 'sweep sessions', seconds: hour, run: () => sweepSessions(db) },
  { name: 'forget old jobs', seconds: hour, run: () => forgetOld(db) },
]
