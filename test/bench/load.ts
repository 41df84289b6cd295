// In a thread of its own: what waits here must not wait for what is measured. It shares the two cores
// with the panel, so it does no more than it must: Node's own client takes a third of what a page does.
import { connect, type Socket } from 'node:net'
import { parentPort } from 'node:worker_threads'

export interface Load {
  url: string
  cookie: string
  parallel: number
  count: number
}

/** Milliseconds of one request. */
export interface Took {
  /** until the last byte of its answer was here */
  here: number
  /** as the server says, from the moment it had read the request */
  there: number
}

parentPort!.on('message', async ({ url, cookie, parallel, count }: Load) => {
  const took: Took[] = []
  let left = count
  const visit = async (socket: Socket) => {
    while (left-- > 0) took.push(await ask(socket, url, cookie))
    socket.destroy()
  }
  await Promise.all((await opened(url, cookie, parallel)).map(visit))
  parentPort!.postMessage(took)
})

/**
 * One after the other, as people come: of connections within the same millisecond one of the panel's two
 * processes takes thirteen and the other one nineteen, and each keeps those it took.
 */
async function opened(url: string, cookie: string, count: number): Promise<Socket[]> {
  const { hostname, port } = new URL(url)
  const sockets: Socket[] = []
  while (sockets.length < count) {
    const socket = connect(Number(port), hostname).setNoDelay()
    await ask(socket, url, cookie)
    sockets.push(socket)
  }
  return sockets
}

const ask = (socket: Socket, url: string, cookie: string) =>
  new Promise<Took>((resolve, reject) => {
    const { pathname, search, host } = new URL(url)
    const started = performance.now()
    let missing: number | undefined
    let there = 0
    const end = (settle: () => void) => {
      socket.off('data', arrived).off('error', failed)
      settle()
    }
    const failed = (error: Error) => end(() => reject(error))
    const arrived = (bytes: Buffer) => {
      if (missing === undefined) ({ missing, there } = readHead(bytes))
      missing -= bytes.length
      if (missing <= 0) end(() => resolve({ here: performance.now() - started, there }))
    }
    socket.on('data', arrived).on('error', failed)
    socket.write(`GET ${pathname}${search} HTTP/1.1\r\nhost: ${host}\r\ncookie: ${cookie}\r\n\r\n`)
  })

/** `missing`: bytes of head and body. @throws {Error} for an answer whose head is not in these bytes */
function readHead(bytes: Buffer): { missing: number; there: number } {
  const end = bytes.indexOf('\r\n\r\n')
  const head = bytes.toString('latin1', 0, end)
  const [, status] = /^HTTP\/1\.1 (\d+)/.exec(head) ?? []
  const [, length] = /\r\ncontent-length: (\d+)/i.exec(head) ?? []
  const [, there] = /\r\nserver-timing: total;dur=([\d.]+)/i.exec(head) ?? []
  if (status !== '200' || !length || !there) throw new Error(`Answered with: ${head}`)
  return { missing: end + 4 + Number(length), there: Number(there) }
}
