import type { Host as Machine } from '../hosts/host.ts'

/** What an agent had in hand: from reading the documents to its answer, in the host's own time. */
export interface Work {
  /** the agent's process: one per runner */
  agent: number
  /** subscriptions */
  ids: number[]
  /** nanoseconds of the host's monotonic clock */
  from: bigint
  to: bigint
}

const file = '/run/trace'

/** Lets each agent that starts from now on write down when it works on what. */
export async function traceAgents(machine: Machine) {
  const place = '/usr/local/lib/innkeeper/agent.mjs'
  await machine.sh(
    `set -e; : > ${file}; cat - ${place} > /tmp/traced; cat /tmp/traced > $(realpath ${place})`,
    {
      input: tracer,
    },
  )
}

/** Everything since the last time it was asked for, in the order of its beginnings. */
export async function takeTrace(machine: Machine): Promise<Work[]> {
  const { stdout } = await machine.sh(`cat ${file}; : > ${file}`)
  const lines = stdout.split('\n').filter((line) => line !== '')
  const works = lines.map((line) => {
    const [agent, from, to, ids] = line.split(' ') as [string, string, string, string]
    return {
      agent: Number(agent),
      ids: ids.split(',').map(Number),
      from: BigInt(from),
      to: BigInt(to),
    }
  })
  return works.sort((a, b) => Number(a.from - b.from))
}

/** The most subscriptions in hand at one moment. */
export function mostAtOnce(works: Work[]): number {
  const counts = works.map(
    ({ from }) =>
      works.filter((other) => other.from <= from && from < other.to).flatMap(({ ids }) => ids)
        .length,
  )
  return Math.max(...counts)
}

/** Subscriptions that two agents had in hand at one moment. */
export function shared(works: Work[]): number[] {
  return works.flatMap((work, index) =>
    works
      .slice(index + 1)
      .filter((other) => other.from < work.to)
      .flatMap(({ ids }) => ids.filter((id) => work.ids.includes(id))),
  )
}

/** Stands before the agent's own text. */
const tracer = `
import { appendFileSync as noteDown } from 'node:fs'
{
  const begun = new Map()
  const { emit } = process.stdin
  let rest = ''
  process.stdin.emit = function (event, chunk) {
    if (event === 'data') {
      const lines = (rest + chunk).split('\\n')
      rest = lines.pop()
      for (const line of lines) {
        const { type, id } = JSON.parse(line)
        if (type === 'apply') begun.set(id, process.hrtime.bigint())
      }
    }
    return emit.apply(this, arguments)
  }
  const write = process.stdout.write.bind(process.stdout)
  process.stdout.write = (text, ...more) => {
    if (text.startsWith('{"type":"result"')) {
      const { id, subscriptions } = JSON.parse(text)
      const ids = subscriptions.map((one) => one.id).join()
      noteDown('${file}', [process.pid, begun.get(id), process.hrtime.bigint(), ids].join(' ') + '\\n')
    }
    return write(text, ...more)
  }
}
`
