import { request as plain } from 'node:http'
import { request } from 'node:https'
import type { Host } from '../hosts/host.ts'

/** What a browser that trusts this authority gets by https://. Rejects like a browser that warns. */
export function visitSecurely(host: Host, domain: string, ca: string, path = '/') {
  const { promise, resolve, reject } = Promise.withResolvers<{ status: number; text: string }>()
  const options = { host: host.address, servername: domain, path, ca, headers: { host: domain } }
  const asked = request({ ...options, agent: false })
  asked.on('error', reject).on('response', (answer) => {
    let text = ''
    answer.setEncoding('utf8').on('data', (chunk) => {
      text += chunk
    })
    answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text }))
  })
  asked.end()
  return promise
}

/** Where a visitor by http:// is sent. */
export function sentTo(host: Host, domain: string, path = '/') {
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  const asked = plain({ host: host.address, path, headers: { host: domain }, agent: false })
  asked.on('error', reject).on('response', (answer) => {
    answer.resume()
    resolve(`${answer.statusCode} ${answer.headers.location}`)
  })
  asked.end()
  return promise
}
