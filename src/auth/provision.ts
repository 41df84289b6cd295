import { handle } from '../runner/handler.ts'
import { answerRequest } from './forgotten.ts'
import { answerForgotten } from './jobs.ts'

export const answerForgottenHandler = handle(answerForgotten, async (runs, { db, sealingKey }) => {
  for (const { payload } of runs) await answerRequest(db, sealingKey, payload.requestId)
  return new Map(runs.map(({ job }) => [job.id, { kind: 'done' as const }]))
})
