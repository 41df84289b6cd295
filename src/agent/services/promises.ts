import { statfsSync } from 'node:fs'
import type { Promised } from '../../contract/document.ts'
import type { Mail } from '../../contract/mail.ts'
import type { Shortfall } from '../../contract/messages.ts'
import { remedy, say, type Told } from '../../contract/said.ts'
import type { Abilities } from '../abilities.ts'
import type { Batch } from '../batch.ts'
import { at } from '../environment.ts'
import { each, isLive } from '../task.ts'
import type { MailAbility } from './mail-ability.ts'

const MB = 1024 * 1024

/** What was promised and this host cannot keep (P-49, P-51), each with what would mend it (P-56). */
export async function tellBrokenPromises(batch: Batch): Promise<void> {
  const room = roomOf(batch)
  await each(
    batch.tasks.filter(isLive),
    ({ document: { promised, databases, ftp, mail }, result }) => {
      if (promised) result.shortfalls.push(...shortfalls(promised, batch.abilities, room))
      if (databases && databases.promised !== 0 && !batch.abilities.keepsDatabases)
        result.shortfalls.push(noneOf('databases', databases.promised, 'mariadb-server'))
      if (ftp && ftp.promised !== 0 && !batch.abilities.servesFtp)
        result.shortfalls.push(
          noneOf('ftpLogins', ftp.promised, 'proftpd-core, proftpd-mod-crypto and ssl-cert'),
        )
      if (mail) result.shortfalls.push(...mailShortfalls(mail, batch.abilities.mail))
    },
  )
}

/** `room`: bytes of the whole file system of /home. */
export function shortfalls(promised: Promised, able: Abilities, room: number): Shortfall[] {
  const { disk, diskLimit, perl, cgi, virusScan, spamFilter, https } = promised
  const { diskLimits } = able
  return [
    ...(disk !== null && disk > room ? [tooLarge(disk, room)] : []),
    ...(disk !== null && diskLimit && !diskLimits.kept ? [onlyMeasured(diskLimits.remedy)] : []),
    ...(perl && !able.runsPrograms ? [missing('perl', 'fcgiwrap, perl and libcgi-pm-perl')] : []),
    ...(cgi && !able.runsPrograms ? [missing('cgi', 'fcgiwrap')] : []),
    ...(https && !able.servesHttps
      ? [{ ...missing('https', ''), ...remedy(say('setUpAgain')) }]
      : []),
    ...(virusScan && !able.scansForViruses
      ? [missing('virusScan', 'clamav-daemon and clamav-milter')]
      : []),
    // said, so that nobody believes he has what he was sold
    ...(spamFilter ? [{ ...missing('spamFilter', ''), ...remedy(say('noSpamFilter')) }] : []),
  ]
}

const mailPackages = 'postfix, dovecot-imapd, dovecot-pop3d, dovecot-lmtpd, dovecot-sieve and mlmmj'

/** Of what the plan has; a mailbox is kept for the day when the host has mail. */
export function mailShortfalls({ promised }: Mail, able: MailAbility): Shortfall[] {
  const some = (property: 'mailboxes' | 'mailingLists') => ({
    property,
    wanted: String(promised[property] ?? 'unlimited'),
    available: '0',
    ...remedy(say('install', { packages: mailPackages })),
  })
  const lacks = (wanted: number | null, there: boolean) => wanted !== 0 && !there
  return [
    ...(lacks(promised.mailboxes, able.mailboxes) ? [some('mailboxes')] : []),
    ...(lacks(promised.mailingLists, able.lists) ? [some('mailingLists')] : []),
    ...(promised.imap && !able.imap ? [missing('imap', mailPackages)] : []),
    ...(promised.pop3 && !able.pop3 ? [missing('pop3', mailPackages)] : []),
  ]
}

const missing = (property: string, packages: string): Shortfall => ({
  property,
  wanted: 'on',
  available: 'off',
  ...remedy(say('install', { packages })),
})

const noneOf = (property: string, promised: number | null, packages: string): Shortfall => ({
  property,
  wanted: String(promised ?? 'unlimited'),
  available: '0',
  ...remedy(say('install', { packages })),
})

const onlyMeasured = (told: Told): Shortfall => ({
  property: 'diskLimit',
  wanted: 'enforced',
  available: 'measured',
  ...remedy(told),
})

function tooLarge(wanted: number, room: number): Shortfall {
  const available = Math.floor(room / MB) * MB
  const told = say('addDiskSpace', { megabytes: available / MB })
  return {
    property: 'disk',
    wanted: String(wanted),
    available: String(available),
    ...remedy(told),
  }
}

function roomOf({ env }: Batch): number {
  const disk = statfsSync(at(env, '/home'))
  return disk.blocks * disk.bsize
}
