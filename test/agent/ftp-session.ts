import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { createInterface } from 'node:readline'
import { connect as secure } from 'node:tls'
import type { Host } from '../hosts/host.ts'

export type FtpSession = Awaited<ReturnType<typeof openFtp>>

/** Somebody who stays logged in, and reads every answer himself. */
export async function openFtp(host: Host, user: string, password: string) {
  const control = connect(21, host.address)
  const plain = talk(control)
  await plain.heard()
  await plain.say('AUTH TLS')
  plain.end()
  const { say, heard } = talk(secure({ socket: control, rejectUnauthorized: false }))
  for (const words of [`USER ${user}`, `PASS ${password}`, 'PBSZ 0', 'PROT P']) await say(words)
  const connection = async () => {
    const [, port] = /\|([0-9]+)\|/.exec(await say('EPSV'))!
    return connect(Number(port), host.address).on('error', () => {})
  }
  return {
    say,
    heard,
    /** For the bytes of the next command. */
    connection,
    /** @returns the answer at the end */
    async send(command: string, text: string): Promise<string> {
      const socket = await connection()
      const answer = await say(command)
      if (!answer.startsWith('150')) {
        socket.destroy()
        return answer
      }
      const data = secure({ socket, rejectUnauthorized: false }).on('error', () => {})
      await once(data, 'secureConnect')
      data.end(text)
      return heard()
    },
    close: () => control.destroy(),
  }
}

/** Of an answer of several lines the last one is the answer. */
function talk(socket: Socket) {
  socket.on('error', () => socket.destroy())
  const lines = createInterface(socket)
  const answers = lines[Symbol.asyncIterator]()
  const heard = async (): Promise<string> => {
    const { value, done } = await answers.next()
    if (done) throw new Error('The FTP server has left')
    return /^[0-9]{3} /.test(value) ? value : heard()
  }
  const say = (words: string) => {
    socket.write(`${words}\r\n`)
    return heard()
  }
  return { say, heard, end: () => lines.close() }
}
