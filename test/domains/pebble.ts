import { Agent, get } from 'node:https'
import { axios } from 'acme-client'
import type { Host } from '../hosts/host.ts'
import { until } from '../runner/cast.ts'
import { aCertificate } from './pem.ts'

/**
 * Let's Encrypt's own test server on that host, which knows these names by their addresses there.
 *
 * @returns its directory, and the authority that vouches for what it issues
 */
export async function startPebble(host: Host, names: string[]) {
  const { chain, key, authority } = aCertificate([`IP:${host.address}`])
  axios.defaults.httpsAgent = new Agent({ ca: authority })
  const files = {
    '/root/pebble.pem': chain,
    '/root/pebble.key': key,
    '/root/pebble.json': JSON.stringify({
      pebble: {
        listenAddress: '0.0.0.0:14000',
        managementListenAddress: '0.0.0.0:15000',
        certificate: '/root/pebble.pem',
        privateKey: '/root/pebble.key',
        httpPort: 80,
        tlsPort: 443,
      },
    }),
  }
  for (const [path, input] of Object.entries(files)) await host.sh(`cat > ${path}`, { input })
  await host.sh(`echo '127.0.0.1 ${names.join(' ')}' >> /etc/hosts`)
  const unit = ['systemd-run', '--quiet', '--unit=pebble', '--setenv=PEBBLE_VA_NOSLEEP=1']
  await host.run([...unit, 'pebble', '-config', '/root/pebble.json'])

  const base = `https://${host.address}`
  const root = () => text(`${base}:15000/roots/0`, authority).catch(() => '')
  await until(async () => (await root()) !== '')
  return { directory: `${base}:14000/dir`, authority: await root() }
}

function text(address: string, ca: string): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  const asked = get(address, { ca, agent: false }, (answer) => {
    let whole = ''
    answer.setEncoding('utf8').on('data', (chunk) => {
      whole += chunk
    })
    answer.on('end', () => resolve(whole))
  })
  asked.on('error', reject)
  return promise
}
