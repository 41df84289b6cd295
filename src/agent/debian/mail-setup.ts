import { hostname } from 'node:os'
import { must } from '../run.ts'
import { MILTER_UNIT } from '../services/virus-scan.ts'
import { postfixServices, postfixSettings } from '../setup/mail.ts'
import { postfixTrouble } from './mail.ts'

/** @throws {Error} with the words of Postfix or Dovecot; they go on with what they had */
export async function setUpMail(): Promise<void> {
  await must(['doveconf', '-n'])
  await must(['postconf', '-e', ...postfixSettings(hostname())])
  for (const [name, line] of Object.entries(postfixServices))
    await must(['postconf', '-M', `${name}=${line}`])
  const trouble = await postfixTrouble()
  if (trouble) throw new Error(trouble)
  await must(['systemctl', 'daemon-reload'])
  await must(['systemctl', 'enable', '--now', 'innkeeper-lists.timer'])
  await must(['systemctl', 'enable', 'postfix', 'dovecot'])
  await must(['systemctl', 'restart', 'postfix', 'dovecot'])
}

/** Mail that cannot be looked through waits with its sender. */
export async function setUpVirusScan(): Promise<void> {
  const own = ['-o', 'clamav', '-g', 'postfix', '-m', '750']
  await must(['install', '-d', ...own, '/var/spool/postfix/innkeeper'])
  await must(['systemctl', 'daemon-reload'])
  await must(['systemctl', 'enable', MILTER_UNIT])
  await must(['systemctl', 'restart', MILTER_UNIT])
  await must(['postconf', '-e', 'smtpd_milters=unix:innkeeper/clamav.ctl'])
  await must(['systemctl', 'reload', 'postfix'])
}
