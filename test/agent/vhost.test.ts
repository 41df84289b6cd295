import { describe, expect, test } from 'vitest'
import { poolText } from '../../src/agent/services/php-pool.ts'
import { servedVersion } from '../../src/agent/services/php-version.ts'
import { limitsText } from '../../src/agent/services/shell-limits.ts'
import { vhostText } from '../../src/agent/services/vhost.ts'
import { live, liveUser } from '../contract/cast.ts'

const char = (code: string) => String.fromCodePoint(Number(code))
const site = { domain: 'shop.test', www: true, php: '8.2' }
const vhost = (changes: Parameters<typeof live>[0], php = ['8.2'], runsPrograms = true) =>
  vhostText(live(changes), { php, runsPrograms, servesHttps: true })

describe('a virtual host', () => {
  test('answers to the domain and www, and gives programs to the PHP of its customer', () => {
    const text = vhost({ sites: [site] })
    expect(text).toContain('server_name shop.test www.shop.test;')
    expect(text).toContain('root /home/cato/web/shop.test;')
    expect(text).toContain('fastcgi_pass unix:/run/innkeeper/php/8.2-cato.sock;')
  })

  test('follows only links to what its customer owns, from the home on', () => {
    expect(vhost({ sites: [site] })).toContain('disable_symlinks if_not_owner from=/home/cato;')
  })

  test('shows no program as text where there is no PHP', () => {
    for (const text of [vhost({ sites: [{ ...site, php: null }] }), vhost({}, [])]) {
      expect(text).not.toContain('fastcgi_pass')
      expect(text).toContain('location ~ \\.php$ { return 404; }')
    }
  })

  test('gives Perl and CGI programs to their customer, where plan and host have them', () => {
    const promised = { disk: null, perl: true, cgi: false, virusScan: false }
    const text = vhost({ sites: [site], promised })
    expect(text).toContain('location ~ \\.pl$ {')
    expect(text).toContain('fastcgi_pass unix:/run/innkeeper/cgi/cato.sock;')
    expect(text).toContain('location ~ \\.cgi$ { return 404; }')

    for (const other of [vhost({ promised }, ['8.2'], false), vhost({})])
      expect(other).toContain('location ~ \\.pl$ { return 404; }')
  })

  test('has an alias only where that is a name still', () => {
    const domain = `${'a.'.repeat(126)}a`
    const text = vhost({ sites: [{ ...site, domain }] })
    expect(text).toContain(`server_name ${domain};`)
  })

  test('says that it is suspended, and serves nothing else', () => {
    const text = vhost({ state: 'suspended', sites: [site] })
    expect(text).toContain('return 503')
    expect(text).toContain('This site is suspended.')
    expect(text).not.toContain('root ')
  })

  test('says what its customer wants said, and no character of it means anything to nginx', () => {
    // F-9
    const suspendedText = `Back soon: 100 $ 'off' <b>{{7*7}}</b>\n\\ "ü"`
    const text = vhost({ state: 'suspended', sites: [{ ...site, suspendedText }] })!
    const body = /<p>(.*?)<\/p>/.exec(text)![1]!
    expect(body).toMatch(/^[A-Za-z0-9 .,&#;<>]*$/)
    expect(body).toContain('<br>')
    expect(body.replaceAll('<br>', '\n').replaceAll(/&#([0-9]+);/g, (_, n) => char(n))).toBe(
      suspendedText,
    )
  })

  test('shows the folder of another, or sends away with the path that was asked for', () => {
    expect(vhost({ sites: [{ ...site, folder: 'main.test' }] })).toContain(
      'root /home/cato/web/main.test;',
    )
    const sent = (redirect: string) => vhost({ sites: [{ ...site, php: null, redirect }] })
    expect(sent('https://there.test')).toContain('return 301 "https://there.test$request_uri";')
    expect(sent('https://there.test/a?b=c')).toContain('return 301 "https://there.test/a?b=c";')
    expect(sent('https://there.test')).not.toContain('root ')
  })

  test('is encrypted with a certificate, which stays out of its own text', () => {
    const certificate = { chain: 'the chain', key: 'the key' }
    const both = vhost({ sites: [{ ...site, certificate }] })!
    expect(both.match(/server \{/g)).toHaveLength(1)
    expect(both).toMatch(/ssl_certificate_key \/etc\/innkeeper\/tls\/cato-[0-9a-f]{32}\.pem;/)
    expect(both).not.toContain('the key')
    const only = vhost({ sites: [{ ...site, certificate, httpsOnly: true }] })!
    expect(only.match(/server \{/g)).toHaveLength(2)
    expect(only).toContain('return 301 https://$host$request_uri;')
    expect(vhost({ sites: [{ ...site, httpsOnly: true }] })).not.toContain('301')
  })

  test('answers ACME challenges, suspended or not', () => {
    const acme = 'a'.repeat(43)
    for (const state of ['active', 'suspended'] as const)
      expect(vhost({ state, sites: [{ ...site, acme }] })).toContain(`return 200 "$1.${acme}";`)
  })

  test('takes uploads as large as PHP does', () => {
    const phpSettings = { memory: 64 << 20, upload: 8 << 20, displayErrors: true }
    expect(vhost({ sites: [site], phpSettings })).toContain('client_max_body_size 9437184;')
    expect(poolText('cato', '8.2', phpSettings)).toContain(
      'php_admin_value[memory_limit] = 67108864\n',
    )
  })

  test('is none without sites', () => {
    expect(vhost({ sites: [] })).toBeUndefined()
  })
})

describe('the PHP that serves a site', () => {
  test.each([
    ['8.2', ['8.2', '8.4'], '8.2'],
    ['8.3', ['7.4', '8.2', '8.4'], '8.4'],
    ['7.4', ['8.2', '8.4'], '8.4'],
    ['8.2', [], null],
    [null, ['8.2'], null],
  ])('for %s of %j is %s', (wanted, installed, served) => {
    expect(servedVersion(wanted, installed)).toBe(served)
  })
})

test('a pool keeps to its customer and leaves user and socket to systemd', () => {
  const text = poolText('cato', '8.2')
  expect(text).toContain('open_basedir] = /home/cato:/tmp')
  expect(text).not.toMatch(/^user/m)
})

describe('limits of a shell', () => {
  const text = (cpuSeconds: number | null, processes: number | null) =>
    limitsText(liveUser({ limits: { cpuSeconds, processes } }))

  // S-48
  test('are hard, with CPU time in whole minutes', () => {
    expect(text(60, 40)).toBe('# Written by Innkeeper\ncato - nproc 40\ncato - cpu 1\n')
    expect(text(61, null)).toBe('# Written by Innkeeper\ncato - cpu 2\n')
  })

  test('are none where there are none', () => {
    expect(text(null, null)).toBeUndefined()
  })
})
