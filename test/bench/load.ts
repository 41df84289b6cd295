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

parentPort!.on('message', async ({ url, cookie, parallel, count }: Load) => {
  const took: number[] = []
  let left = count
  const visit = async () => {
    const { hostname, port } = new URL(url)
    const socket = connect(Number(port), hostname).setNoDelay()
    while (left-- > 0) took.push(await ask(socket, url, cookie))
    socket.destroy()
  }
  await Promise.all(Array.from({ length: parallel }, visit))
  parentPort!.postMessage(took)
})

/** Milliseconds from the request to the last byte of its answer. */
const ask = (socket: Socket, url: string, cookie: string) =>
  new Promise<number>((resolve, reject) => {
    const { pathname, search, host } = new URL(url)
    const started = performance.now()
    let missing: number | undefined
    const end = (settle: () => void) => {
      socket.off('data', arrived).off('error', failed)
      settle()
    }
    const failed = (error: Error) => end(() => reject(error))
    const arrived = (bytes: Buffer) => {
      missing = (missing ?? lengthOf(bytes)) - bytes.length
      if (missing <= 0) end(() => resolve(performance.now() - started))
    }
    socket.on('data', arrived).on('error', failed)
    socket.write(`GET ${pathname}${search} HTTP/1.1\r\nhost: ${host}\r\ncookie: ${cookie}\r\n\r\n`)
  })

/** Of an answer whose head is in these bytes: head and body. @throws {Error} for any other */
function lengthOf(bytes: Buffer): number {
  const end = bytes.indexOf('\r\n\r\n')
  const head = bytes.toString('latin1', 0, end)
  const [, status] = /^HTTP\/1\.1 (\d+)/.exec(head) ?? []
  const [, length] = /\r\ncontent-length: (\d+)/i.exec(head) ?? []
  if (status !== '200' || length === undefined) throw new Error(`Answered with: ${head}`)
  return end + 4 + Number(length)
}
