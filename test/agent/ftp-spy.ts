import type { LiveDocument } from '../../src/contract/document.ts'
import { password } from '../contract/cast.ts'
import type { Host } from '../hosts/host.ts'
import { openFtp } from './ftp-session.ts'

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
  const { say, heard, connection, close } = await openFtp(host, name, password)
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
  close()
  return found
}
