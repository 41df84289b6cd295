import { connect, type Socket } from 'node:net'
import { createInterface } from 'node:readline'
import { connect as secure } from 'node:tls'
import type { LiveDocument } from '../../src/contract/document.ts'
import { password } from '../contract/cast.ts'
import type { Host } from '../hosts/host.ts'

/**
 * Tries places by FTP: by their names, from the folder above the home, and by links that the customer
 * has made of them in it; then asks for what FTP servers do besides. A place that ends with a slash is
 * a folder, which is entered and written into.
 * @returns what was not refused; `ownPlaces` are among it, which shows that the ways are right
 */
export async function byFtp(host: Host, own: LiveDocument, places: string[]): Promise<string[]> {
  const { name, uid } = own.user
  const links = places.map((place, n) => `ln -sfn '${place}' ${n}`)
  const script = `cd ~ && rm -rf links && mkdir links && echo mine > links/own && cd links
    ${links.join('\n')}`
  const as = ['setpriv', '--reuid', String(uid), '--regid', String(uid), '--clear-groups']
  await host.run([...as, 'env', `HOME=/home/${name}`, 'sh', '-s'], { input: script })

  const paths = places.flatMap((place, n) => [
    place,
    `/..${place}`,
    `/links/${n}${place.endsWith('/') ? '/' : ''}`,
  ])
  const tried = paths.flatMap((path) =>
    path.endsWith('/') ? [`MKD ${path}planted`, `CWD ${path}`] : [`RETR ${path}`, `STOR ${path}/x`],
  )
  return unrefused(host, name, [...ownPlaces, ...tried, ...others])
}

export const ownPlaces = ['RETR /links/own', 'MKD /links/written', 'CWD /links/']

/** Other people's files, programs, and connections to what listens on the host alone. */
const others = [
  ...['SITE CPFR /etc/passwd', 'SITE EXEC id', 'SITE SYMLINK /etc/passwd passwd'],
  ...['PORT 127,0,0,1,12,234', 'EPRT |1|127.0.0.1|3306|', 'CWD /home', 'CWD /proc', 'CWD /run'],
]

/** There is a connection for bytes, and none ever goes over it: only who would send some says 150. */
async function unrefused(host: Host, name: string, commands: string[]): Promise<string[]> {
  const control = connect(21, host.address)
  const plain = talk(control)
  await plain.heard()
  await plain.say('AUTH TLS')
  plain.end()
  const { say, heard } = talk(secure({ socket: control, rejectUnauthorized: false }))
  for (const words of [`USER ${name}`, `PASS ${password}`, 'PBSZ 0', 'PROT P']) await say(words)
  const connection = async () => {
    const [, port] = /\|([0-9]+)\|/.exec(await say('EPSV'))!
    return connect(Number(port), host.address).on('error', () => {})
  }
  let data = await connection()
  const found: string[] = []
  for (const command of commands) {
    const answer = await say(command)
    if (!answer.startsWith('5')) found.push(command)
    if (!answer.startsWith('150')) continue
    data.destroy()
    await heard()
    data = await connection()
  }
  data.destroy()
  control.destroy()
  return found
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
