import { run } from '../hosts/command.ts'
import type { Host } from '../hosts/host.ts'

/** curl as an FTP client; undefined and false are refusals. */
export function ftp(host: Host, user: string, password: string, { tls = true } = {}) {
  const address = (path: string) => `ftp://${host.address}/${path}`
  const options = ['--silent', '--show-error', '--max-time', '30', '--user', `${user}:${password}`]
  const secured = tls ? ['--ssl-reqd', '--insecure'] : []
  const curl = (words: string[], input = '') =>
    run(['curl', ...options, ...secured, ...words], { input })
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
      return stdout
        .split('\n')
        .map((name) => name.trim())
        .filter((name) => /^[^.]/.test(name))
    },
    async conversation(path: string): Promise<string> {
      return (await curl(['--verbose', '--upload-file', '-', address(path)], 'x')).stderr
    },
  }
}
