import type { Outcome } from '../jobs/outcome.ts'
import { handle, type Run, type Tools } from '../runner/handler.ts'
import { order } from './acme.ts'
import { fetchingOf, storeFailure, storeFetched } from './fetching.ts'
import { fetchCertificate } from './jobs.ts'

export const fetchCertificateHandler = handle(fetchCertificate, async (runs, tools) => {
  const outcomes = await Promise.all(
    runs.map(async (run): Promise<[number, Outcome]> => [run.job.id, await fetchOne(run, tools)]),
  )
  return new Map(outcomes)
})

async function fetchOne(run: Run<{ domainId: number }>, tools: Tools): Promise<Outcome> {
  const { db, sealingKey } = tools
  const { domainId } = run.payload
  const fetching = await fetchingOf(db, sealingKey, domainId)
  if (!fetching) return { kind: 'done' }
  if (!fetching.ready) return { kind: 'wait', reason: 'Its host does not answer for it yet.' }
  const started = performance.now()
  const step = (exitCode: number, output: string) =>
    run.step({
      name: 'Order certificate',
      place: new URL(fetching.order.directory).hostname,
      milliseconds: performance.now() - started,
      exitCode,
      output,
    })
  try {
    await storeFetched(db, sealingKey, domainId, await order(fetching.order))
    step(0, '')
    return { kind: 'done' }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    step(1, reason)
    await storeFailure(db, domainId, reason)
    return { kind: 'retry', error: reason }
  }
}
