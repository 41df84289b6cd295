import { createServer } from 'node:http'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { order } from '../../src/domains/acme.ts'
import { aCertificate } from './pem.ts'

const accountKey = aCertificate(['shop.test']).key
const names = ['shop.test', 'www.shop.test']

let place: string
const server = createServer((request, response) => {
  if (request.url === '/busy') response.writeHead(503).end('later')
  else request.socket.destroy()
})
beforeAll(async () => {
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  place = `127.0.0.1:${(server.address() as { port: number }).port}`
})
afterAll(() => void server.close())

const fetched = (path: string) => order({ directory: `http://${place}${path}`, accountKey, names })

test('a server that does not answer is named, with what was in the way, at once', async () => {
  await expect(fetched('/dir')).rejects.toThrow(`No answer from ${place}: `)
})

test('a server that cannot serve now is not asked again and again', async () => {
  await expect(fetched('/busy')).rejects.toThrow('returned error 503')
})
