import type { LiveDocument } from '../../contract/document.ts'
import { MAX_DOMAIN } from '../../contract/names.ts'
import { documentRoot, type Site } from '../../contract/sites.ts'
import type { Abilities } from '../abilities.ts'
import { suspendedPage } from '../pages.ts'
import { WEB_OWNER } from '../usage/web-traffic.ts'
import { certificatePath } from './certificates.ts'
import { cgiSocket } from './cgi.ts'
import { FORM_BYTES } from './php-pool.ts'
import { phpSocket, servedVersion } from './php-version.ts'

type Able = Pick<Abilities, 'php' | 'runsPrograms' | 'servesHttps'>

/** nginx's text for one subscription, undefined without sites. */
export function vhostText(document: LiveDocument, able: Able): string | undefined {
  if (document.sites.length === 0) return undefined
  const servers = document.sites.flatMap((site) => serversOf(document, site, able)).map(server)
  return ['# Written by Innkeeper: what is changed here is lost', ...servers, ''].join('\n')
}

const server = (lines: string[]): string =>
  ['server {', ...lines.map((line) => `  ${line}`), '}'].join('\n')

/** One for both ports, or one for each where http:// only leads to https://. */
function serversOf(document: LiveDocument, site: Site, able: Able): string[][] {
  const whose = `set ${WEB_OWNER} ${document.id};`
  const plain = [
    'include /etc/innkeeper/nginx/listen.conf;',
    whose,
    names(site),
    ...challenge(site),
  ]
  const content = contentOf(document, site, able)
  if (!site.certificate || !able.servesHttps) return [[...plain, ...content]]
  const tls = encrypted(document.user.name, site.certificate)
  return site.httpsOnly
    ? [
        [...plain, 'location / { return 301 https://$host$request_uri; }'],
        [...tls, whose, names(site), ...challenge(site), ...content],
      ]
    : [[...tls, ...plain, ...content]]
}

function names({ domain, www }: Site): string {
  const alias = `www.${domain}`
  // a domain may be so long that its alias is no name any more
  return `server_name ${www && alias.length <= MAX_DOMAIN ? `${domain} ${alias}` : domain};`
}

function encrypted(name: string, certificate: NonNullable<Site['certificate']>): string[] {
  const path = certificatePath(name, certificate)
  return [
    'include /etc/innkeeper/nginx/listen-tls.conf;',
    `ssl_certificate ${path};`,
    `ssl_certificate_key ${path};`,
  ]
}

/** Answers whatever is asked for our ACME account; also while suspended, for renewals. */
const challenge = ({ acme }: Site): string[] =>
  acme
    ? [
        'location ~ "^/\\.well-known/acme-challenge/([A-Za-z0-9_-]{10,200})$" {',
        '  default_type text/plain;',
        `  return 200 "$1.${acme}";`,
        '}',
      ]
    : []

function contentOf(document: LiveDocument, site: Site, able: Able): string[] {
  if (document.state === 'suspended') return suspended(site)
  return site.redirect ? [redirected(site.redirect)] : served(document, site, able)
}

/** An address without a path keeps what was asked for. */
const redirected = (address: string): string =>
  `location / { return 301 "${/^https?:\/\/[^/?#]+$/.test(address) ? `${address}$request_uri` : address}"; }`

function served(document: LiveDocument, site: Site, able: Able): string[] {
  const { name } = document.user
  const { promised, phpSettings } = document
  const version = servedVersion(site.php, able.php)
  const runs = (wanted: boolean | undefined) => able.runsPrograms && wanted === true
  return [
    `root ${documentRoot(name, site.folder ?? site.domain)};`,
    // from his home on, as he may also make links of the folders above the document root
    `disable_symlinks if_not_owner from=/home/${name};`,
    ...(phpSettings ? [`client_max_body_size ${phpSettings.upload + FORM_BYTES};`] : []),
    `index ${version ? 'index.php ' : ''}index.html;`,
    `location / { try_files $uri $uri/ ${version ? '/index.php$is_args$args' : '=404'}; }`,
    'location ~ /\\.(?!well-known/) { return 404; }',
    ...(version ? php(name, version) : hidden('php')),
    ...(runs(promised?.perl) ? cgi(name, 'pl') : hidden('pl')),
    ...(runs(promised?.cgi) ? cgi(name, 'cgi') : hidden('cgi')),
  ]
}

const php = (name: string, version: string): string[] => [
  'location ~ \\.php$ {',
  ...fastCgi(phpSocket(name, version)),
]

const cgi = (name: string, ending: string): string[] => [
  `location ~ \\.${ending}$ {`,
  ...fastCgi(cgiSocket(name)),
]

const fastCgi = (socket: string): string[] => [
  '  try_files $uri =404;',
  '  include fastcgi_params;',
  '  fastcgi_param SCRIPT_FILENAME $document_root$fastcgi_script_name;',
  '  fastcgi_param HTTP_PROXY "";',
  `  fastcgi_pass unix:${socket};`,
  '}',
]

/** Nobody may read the programs of a site that does not run them. */
const hidden = (ending: string): string[] => [`location ~ \\.${ending}$ { return 404; }`]

const suspended = ({ suspendedText }: Site): string[] => [
  'default_type text/html;',
  'charset utf-8;',
  'add_header Cache-Control no-store always;',
  'add_header Retry-After 3600 always;',
  `location / { return 503 '${suspendedPage(suspendedText).replaceAll('\n', ' ')}'; }`,
]
