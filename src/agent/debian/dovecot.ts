import { connect } from 'node:net'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import type { System, TableVersion } from '../system.ts'
import { trouble } from '../trouble.ts'

/** What Dovecot is asked by its own services: who somebody is, and how he may log in. */
const SOCKET = '/run/dovecot/auth-userdb'
/** It looks for new files once a second. */
const PATIENCE_MS = 15_000

/**
 * Asked by Dovecot's own protocol, in a millisecond: a process for each question takes twenty. When
 * nobody listens there is nothing to wait for, for it reads its files when it starts.
 * @throws {Error} when it goes on with what it had
 */
export const untilDovecotReads: System['untilDovecotReads'] = async (versions) => {
  for (const start = Date.now(); !(await isRead(versions)); await sleep(10))
    if (Date.now() - start > PATIENCE_MS) throw trouble('dovecotStays')
}

async function isRead(versions: TableVersion[]): Promise<boolean> {
  const answers = await ask(versions.map(question))
  return answers === undefined || versions.every(({ mark }, n) => says(answers[n]!, mark))
}

/** `USER⇥0⇥name⇥uid=…`, or `NOTFOUND⇥0` */
const says = (answer: string, mark: string | null): boolean =>
  /^(?:USER|PASS)\t/.test(answer) ? mark !== null && answer.includes(mark) : mark === null

const question = ({ table, name }: TableVersion, number: number): string =>
  table === 'users'
    ? `USER\t${number}\t${name}\tservice=lmtp\n`
    : `PASS\t${number}\t${name}\tservice=${table}\n`

/** @returns an answer to each; undefined: nobody answers */
function ask(questions: string[]): Promise<string[] | undefined> {
  return new Promise((resolve) => {
    const answers = new Map<string, string>()
    const socket = connect(SOCKET, () => socket.write(`VERSION\t1\t1\n${questions.join('')}`))
    socket.setTimeout(PATIENCE_MS, () => socket.destroy())
    socket.on('error', () => socket.destroy())
    socket.on('close', () => resolve(undefined))
    createInterface(socket).on('line', (line) => {
      const [said = '', number = ''] = line.split('\t')
      if (said === 'VERSION' || said === 'SPID') return
      answers.set(number, line)
      if (answers.size < questions.length) return
      resolve(questions.map((_, n) => answers.get(String(n)) ?? ''))
      socket.destroy()
    })
  })
}
