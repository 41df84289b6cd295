import type { PhpSettings } from '../../contract/sites.ts'
import { phpInstance, phpSocket } from './php-version.ts'

/** What a form may be larger than the file that is uploaded with it. */
export const FORM_BYTES = 1024 * 1024

/**
 * FPM's settings for one subscription. It runs as the customer from its start on and gets its socket
 * from systemd, so there is no user and no owner to name.
 */
export function poolText(name: string, version: string, settings?: PhpSettings): string {
  const home = `/home/${name}`
  return [
    '; Written by Innkeeper: what is changed here is lost',
    '[global]',
    'error_log = syslog',
    `syslog.ident = php-${phpInstance(name, version)}`,
    'daemonize = no',
    'process_control_timeout = 10s',
    `[${name}]`,
    `listen = ${phpSocket(name, version)}`,
    'pm = ondemand',
    'pm.max_children = 5',
    'pm.process_idle_timeout = 10s',
    'php_admin_flag[log_errors] = on',
    `php_admin_value[open_basedir] = ${home}:/tmp:/usr/share/php`,
    `php_admin_value[upload_tmp_dir] = ${home}/tmp`,
    `php_value[session.save_path] = ${home}/tmp`,
    ...(settings ? lines(settings) : []),
    '',
  ].join('\n')
}

/** `admin`: a script cannot give itself more. A form has more than the file in it. */
const lines = ({ memory, upload, displayErrors }: PhpSettings): string[] => [
  `php_admin_value[memory_limit] = ${memory}`,
  `php_admin_value[upload_max_filesize] = ${upload}`,
  `php_admin_value[post_max_size] = ${upload + FORM_BYTES}`,
  `php_flag[display_errors] = ${displayErrors ? 'on' : 'off'}`,
]
