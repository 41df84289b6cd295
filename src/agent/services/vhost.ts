import { documentRoot, type LiveDocument, type Site } from '../../contract/document.ts'
import { MAX_DOMAIN } from '../../contract/names.ts'
import { suspendedPage } from '../pages.ts'
import { phpSocket, servedVersion } from './php-version.ts'

/** nginx's text for one subscription, undefined without sites. `installed` are the host's PHP versions. */
export function vhostText(document: LiveDocument, installed: string[]): string | undefined {
  if (document.sites.length === 0) return undefined
  const servers = document.sites.map((site) => {
    const lines = document.state === 'active' ? served(document, site, installed) : suspended
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

function served({ user: { name } }: LiveDocument, site: Site, installed: string[]): string[] {
  const version = servedVersion(site.php, installed)
  return [
    `root ${documentRoot(name, site.domain)};`,
    // from his home on, as he may also make links of the folders above the document root
    `disable_symlinks if_not_owner from=/home/${name};`,
    `index ${version ? 'index.php ' : ''}index.html;`,
    `location / { try_files $uri $uri/ ${version ? '/index.php$is_args$args' : '=404'}; }`,
    'location ~ /\\.(?!well-known/) { return 404; }',
    ...(version ? php(name, version) : withoutPhp),
  ]
}

const php = (name: string, version: string): string[] => [
  'location ~ \\.php$ {',
  '  try_files $uri =404;',
  '  include fastcgi_params;',
  '  fastcgi_param SCRIPT_FILENAME $document_root$fastcgi_script_name;',
  '  fastcgi_param HTTP_PROXY "";',
  `  fastcgi_pass unix:${phpSocket(name, version)};`,
  '}',
]

/** Nobody may read the programs of a site whose PHP is gone. */
const withoutPhp = ['location ~ \\.php$ { return 404; }']

const suspended = [
  'default_type text/html;',
  'charset utf-8;',
  'add_header Cache-Control no-store always;',
  'add_header Retry-After 3600 always;',
  `location / { return 503 '${suspendedPage.replaceAll('\n', ' ')}'; }`,
]
