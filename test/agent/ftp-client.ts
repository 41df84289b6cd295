import { execFile } from 'node:child_process'
import type { Host } from '../hosts/host.ts'

/** curl as an FTP client; undefined and false are refusals. */
export function ftp(host: Host, user: string, password: string, { tls = true } = {}) {
  const address = (path: string) => `ftp://${host.address}/${path}`
  const config = `user = "${user}:${password.replaceAll(/["\\]/g, '\\$&')}"\n`
  const secured = tls ? ['--ssl-reqd', '--insecure'] : []
  const curl = (words: string[], input = '') =>
    host.outside(['curl', '--silent', '--show-error', '--max-time', '30', ...secured, ...words], {
      config,
      input,
    })
  return {
    async upload(path: string, text: string): Promise<boolean> {
      return (await curl(['--upload-file', '-', address(path)], text)).code === 0
    },
    async download(path: string): Promise<string | undefined> {
      const { code, stdout } = await curl(['--path-as-is', address(path)])
      return code === 0 ? stdout : undefined
    },
    async list(path: string): Promise<string[] | undefined> {
      const { code, stdout } = await curl(['--list-only', address(path)])
      if (code !== 0) return undefined
      return stdout.split('\n').filter((name) => /^[^.]/.test(name.trim())).map((name) => name.trim())
    },
    async conversation(path: string): Promise<string> {
      return (await curl(['--verbose', '--upload-file', '-', address(path)], 'x')).stderr
    },
  }
}
