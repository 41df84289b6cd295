// In a thread of its own: what waits here must not wait for what is measured.
import { Agent, get } from 'node:http'
import { parentPort } from 'node:worker_threads'

export interface Load {
  url: string
  cookie: string
  parallel: number
  count: number
}

const agent = new Agent({ keepAlive: true, maxSockets: 32 })

parentPort!.on('message', async ({ url, cookie, parallel, count }: Load) => {
  const took: number[] = []
  let left = count
  const visit = async () => {
    while (left-- > 0) took.push(await ask(url, cookie))
  }
  await Promise.all(Array.from({ length: parallel }, visit))
  parentPort!.postMessage(took)
})

const ask = (url: string, cookie: string) =>
  new Promise<number>((resolve, reject) => {
    const started = performance.now()
    get(url, { agent, headers: { cookie } }, (answer) => {
      if (answer.statusCode !== 200) reject(new Error(`${url} answered ${answer.statusCode}`))
      answer.resume().on('end', () => resolve(performance.now() - started))
    }).on('error', reject)
  })
