import cluster, { type Worker } from 'node:cluster'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { Place, Served } from './serving.ts'

/** What such a process says once: where it listens, or why it cannot. */
export type Answer = { port: number } | { failure: string }

/** Answers under way get ten seconds in their process. */
const patienceMs = 12_000

/**
 * Answers requests in so many processes, as one process uses one core only; Node hands the connections
 * round. One that dies is replaced, and its fellows go on meanwhile.
 *
 * @throws {Error} with one plain sentence when they cannot listen there; nothing is left running then
 */
export async function serveInProcesses(count: number, place: Place): Promise<Served> {
  cluster.setupPrimary({ exec: join(import.meta.dirname, 'process.ts') })
  const workers = new Set<Worker>()
  let closing = false

  async function launch(): Promise<number> {
    const worker = cluster.fork({ INNKEEPER_WEB_PLACE: JSON.stringify(place) })
    workers.add(worker)
    const gone = exited(worker).then(() => void workers.delete(worker))
    worker.on('error', (error) => console.error('A web process cannot be told something:', error))
    const port = await answered(worker, gone)
    gone.then(replace)
    return port
  }

  async function replace() {
    while (!closing) {
      console.error('A web process ended; another one is started.')
      // Not one after the other where none can live.
      const port = await pause(500).then(() => (closing ? 0 : launch().catch(() => null)))
      if (port !== null) return
    }
  }

  async function close() {
    closing = true
    await Promise.all([...workers].map(end))
  }

  try {
    const [port] = await Promise.all(Array.from({ length: count }, launch))
    return { port: port!, close }
  } catch (error) {
    await close()
    throw error
  }
}

async function answered(worker: Worker, gone: Promise<void>): Promise<number> {
  const answer = await Promise.race([
    once(worker, 'message').then(([said]) => said as Answer),
    gone.then(() => ({ failure: 'A web process ended before it could answer anything.' })),
  ])
  if ('port' in answer) return answer.port
  worker.process.kill('SIGKILL')
  throw new Error(answer.failure)
}

async function end(worker: Worker) {
  const gone = exited(worker)
  if (worker.isConnected()) worker.send('stop')
  const patience = setTimeout(() => worker.process.kill('SIGKILL'), patienceMs)
  await gone
  clearTimeout(patience)
}

const exited = (worker: Worker) => new Promise((resolve) => worker.once('exit', resolve))
