import type { LiveDocument } from '../../contract/document.ts'
import { MAX_DOMAIN } from '../../contract/names.ts'
import { documentRoot, type Site } from '../../contract/sites.ts'
import type { Abilities } from '../abilities.ts'
import { suspendedPage } from '../pages.ts'
import { cgiSocket } from './cgi.ts'
import { phpSocket, servedVersion } from './php-version.ts'

type Able = Pick<Abilities, 'php' | 'runsPrograms'>

/** nginx's text for one subscription, undefined without sites. */
export function vhostText(document: LiveDocument, able: Able): string | undefined {
  if (document.sites.length === 0) return undefined
  const servers = document.sites.map((site) => {
    const lines = document.state === 'active' ? served(document, site, able) : suspended
    return ['server {', ...[...addresses(site), ...lines].map((line) => `  ${line}`), '}'].join(
      '\n',
    )
  })
  return ['# Written by Innkeeper: what is changed here is lost', ...servers, ''].join('\n')
}

function addresses({ domain, www }: Site): string[] {
  const alias = `www.${domain}`
  // a domain may be so long that its alias is no name any more
  const names = www && alias.length <= MAX_DOMAIN ? `${domain} ${alias}` : domain
  return ['include /etc/innkeeper/nginx/listen.conf;', `server_name ${names};`]
}

function served({ user: { name }, promised }: LiveDocument, site: Site, able: Able): string[] {
  const version = servedVersion(site.php, able.php)
  const runs = (wanted: boolean | undefined) => able.runsPrograms && wanted === true
  return [
    `root ${documentRoot(name, site.domain)};`,
    // from his home on, as he may also make links of the folders above the document root
    `disable_symlinks if_not_owner from=/home/${name};`,
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

const suspended = [
  'default_type text/html;',
  'charset utf-8;',
  'add_header Cache-Control no-store always;',
  'add_header Retry-After 3600 always;',
  `location / { return 503 '${suspendedPage.replaceAll('\n', ' ')}'; }`,
]
