import { readlinkSync, rmSync, symlinkSync } from 'node:fs'
import { at, type Environment } from '../environment.ts'
import { exists, put, unlessGone } from '../files.ts'
import { must } from '../run.ts'
import { LISTEN_TLS } from '../services/certificates.ts'
import { webLogText } from '../usage/web-traffic.ts'
import type { Note } from './setup.ts'
import { putTested, tookOver } from './tested.ts'

const CONF = '/etc/nginx/conf.d/innkeeper.conf'
const DEFAULT = '/etc/nginx/sites-enabled/default'

/** @throws {Error} with nginx's words when it does not take our file; then it is as it was */
export async function prepareWeb(env: Environment, note: Note): Promise<void> {
  // first, so that nothing is done by halves when nginx does not take it
  const stock = dropStockServer(env)
  const confIsNew = await putTested(env, 'nginx', CONF, confText(hasIpv6(env))).catch((error) => {
    if (stock) symlinkSync(stock, at(env, DEFAULT))
    throw error
  })
  const limitIsNew = put(env, '/etc/systemd/system/nginx.service.d/innkeeper.conf', limit)
  const listenIsNew = put(env, '/etc/innkeeper/nginx/listen.conf', listenText('80', hasIpv6(env)))
  const tlsIsNew = put(env, LISTEN_TLS, listenText('443', hasIpv6(env), ' ssl http2'))
  const isNew = [confIsNew, limitIsNew, listenIsNew, tlsIsNew, stock !== undefined]
  if (!note('nginx', isNew.includes(true))) return

  if (limitIsNew) await must(['systemctl', 'daemon-reload'])
  const trouble = await env.system.troubleWith('nginx')
  if (trouble) throw new Error(`nginx goes on with what it had: ${trouble}`)
  // a limit of open files holds only for a new master
  if (limitIsNew) await must(['systemctl', 'restart', 'nginx'])
  else await env.system.loadNginx()
  tookOver(env, 'nginx')
}

const limit = `[Service]
LimitNOFILE=65536
`

/** The longest server name is 253 characters, for which nginx's own table has no room (F-5). */
const confText = (ipv6: boolean): string => `# Written by Innkeeper
server_names_hash_bucket_size 512;
server_names_hash_max_size 16384;
server {
${listenText('80', ipv6, ' default_server')}  server_name _;
  access_log off;
  return 404;
}
server {
${listenText('443', ipv6, ' ssl http2 default_server')}  server_name _;
  access_log off;
  # there is no certificate for a name that nobody has
  ssl_reject_handshake on;
}
ssl_protocols TLSv1.2 TLSv1.3;
ssl_session_cache shared:innkeeper:10m;
ssl_session_tickets off;
${webLogText}include /etc/nginx/innkeeper.d/*.conf;
`

/** nginx does not start when it is told to listen on what the kernel does not have. */
const listenText = (port: string, ipv6: boolean, suffix = ''): string =>
  [port, ...(ipv6 ? [`[::]:${port}`] : [])].map((at) => `  listen ${at}${suffix};\n`).join('')

const hasIpv6 = (env: Environment): boolean => exists(env, '/proc/net/if_inet6')

/** Debian's welcome page claims to be the default. @returns the file it linked to, which stays */
function dropStockServer(env: Environment): string | undefined {
  const target = unlessGone(() => readlinkSync(at(env, DEFAULT)))
  if (!target?.endsWith('sites-available/default')) return undefined
  rmSync(at(env, DEFAULT))
  return target
}
