import { afterAll, beforeAll, expect } from 'vitest'
import type { Document } from '../../src/contract/document.ts'
import { installAll } from '../agent/install.ts'
import { type Line, openLine } from '../agent/line.ts'
import { preparedHost } from '../agent/prepared-host.ts'
import { password } from '../contract/cast.ts'
import type { Host } from '../hosts/host.ts'
import { type Letter, logIn, read, send } from './clients.ts'

export type MailHost = ReturnType<typeof mailHost>

/** One real host for all tests of a file, on which the packages of mail lie, with these installed. */
export function mailHost(...features: string[]) {
  let host: Host
  let line: Line
  let generation = 1

  beforeAll(async () => {
    const prepared = await preparedHost('mail')
    host = prepared.host
    line = await openLine(prepared)
    // Postfix asks who comes, and there is nobody to answer
    const world = host.address.replace(/[0-9]+$/, '1')
    await host.sh(`echo '${world} client.elsewhere.test' >> /etc/hosts`)
    // wrong passwords are tried here more often than anybody does
    await host.sh(`cat > /etc/dovecot/conf.d/98-test.conf`, {
      input:
        'auth_failure_delay = 0\nservice anvil {\n unix_listener anvil-auth-penalty {\n mode = 0\n }\n}\n',
    })
    await installAll(line, ...features)
  })
  afterAll(() => host?.remove())

  const applied = async (...documents: Document[]) =>
    (await line.apply(documents.map((one) => ({ ...one, generation: ++generation }))))!
  const inbox = (address: string) => read(host, address, password)

  return {
    host: () => host,
    line: () => line,
    /** Each call is newer than all before. */
    applied,
    apply: async (...documents: Document[]) => (await applied(...documents)).subscriptions,
    /** Sends the same once more, as a job that comes again. */
    again: async (...documents: Document[]) =>
      (await line.apply(documents.map((one) => ({ ...one, generation }))))!,
    send: (letter: Letter) => send(host, letter),
    inbox,
    arrived: (address: string, text: string) =>
      expect
        .poll(async () => (await inbox(address))?.join('\n'), { timeout: 10_000 })
        .toContain(text),
    logIn: (address: string, service: 'imap' | 'pop3', typed = password) =>
      logIn(host, address, typed, service),
    queue: async () => (await host.run(['postqueue', '-j'])).stdout,
  }
}
