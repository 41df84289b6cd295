/**
 * What an agent tells people comes as a code and words beside the English text: the panel says the
 * sentence of that code in its reader's language. An agent may be newer and know more codes than the
 * panel; then its text stands for itself, as what other programs on the host have said does.
 */
export const sentences = {
  // what would mend that a host cannot give something (P-56)
  install: 'install {packages}',
  setUpAgain: 'set the host up again in Innkeeper',
  addDiskSpace: 'add disk space: the file system of /home has {megabytes} MB in all',
  noPackage: 'Debian {release} has no package of PHP {version}: use another host',
  noPackageButOther:
    'Debian {release} has no package of PHP {version}: use another host, or lower the version to {other}',
  noPhp: 'no PHP {version} here: use another host',
  noPhpButOther: 'no PHP {version} here: use another host, or lower the version to {other}',
  addPamLimits: 'add "session required pam_limits.so" to /etc/pam.d/sshd',
  putHomeElsewhere: 'put /home on ext4 or xfs: {type} keeps no disk limits per user',
  mountWithQuota:
    'add uquota to the options of {point} in /etc/fstab, then: umount {point} && mount {point}, or reboot',
  bootWithQuota:
    'add rootflags=uquota to GRUB_CMDLINE_LINUX in /etc/default/grub, then: update-grub; reboot',
  addQuotaOption:
    'add usrquota to the options of {point} in /etc/fstab, then: mount -o remount {point}; quotacheck -cum {point}; quotaon -u {point}',
  addQuotaOptionOnly:
    'add usrquota to the options of {point} in /etc/fstab, then: mount -o remount {point}; quotaon -u {point}',
  addUserQuota:
    'add usrquota to the options of {point} in /etc/fstab, then: umount {point} && tune2fs -Q usrquota {device}; mount {point}',
  turnQuotaOn: 'run quotaon -u {point}',
  turnQuotaOnNow: 'run quotaon -u {point} (now: {said})',
  noSpamFilter: 'take the spam filter out of the plan: no host has one yet',
  sandboxMeasures: 'use a host whose /home keeps disk limits: a sandbox only measures',

  // why something was not done
  newerHere: 'This host has generation {generation} already',
  otherHere: 'Subscription {id} is {name} here ({uid})',
  twice: '{name} ({uid}) stands in this request twice',
  foreignUser: 'User {name} exists on this host and is not ours',
  othersUser: 'User {name} belongs to subscription {id} on this host',
  otherUid: 'User {name} has uid {uid} on this host, not {wanted}',
  uidTaken: 'uid {uid} belongs to {name} on this host',
  otherGid: 'Group {name} has gid {gid} on this host, not {wanted}',
  gidTaken: 'gid {gid} belongs to group {name} on this host',
  homeNoFolder: '/home/{name} exists on this host and is not a folder',
  foreignHome: '/home/{name} belongs to uid {uid} on this host',
  foreignDatabase: '{name} is not a database of this subscription',
  foreignFtpLogin: '{name} is not an FTP login of this subscription',
  changedByAnother: 'User {name} is not as written, another program changed it',
  processesStay: 'Processes of a customer do not end',
  nginxStays: 'nginx does not change over to its new files; see its error log',
  phpGoesOn: 'PHP goes on with what it had: {trouble}',
  postfixGoesOn: 'Postfix goes on with what it had: {trouble}',
  postfixStays: 'Postfix does not change over to its new tables; see its log',
  dovecotStays: 'Dovecot does not take over its new tables; see its log',
  virusScanStays: 'The virus scan does not start again',
  installFirst: 'Install {packages} first',
} as const satisfies Record<string, string>

export type Code = keyof typeof sentences

export interface Said {
  code: string
  words: Record<string, string>
}

/** A sentence in English, and what it is made of. */
export interface Told {
  text: string
  said: Said
}

export function say(code: Code, words: Record<string, string | number> = {}): Told {
  const texts = Object.fromEntries(
    Object.entries(words).map(([name, word]) => [name, String(word).slice(0, mostLetters)]),
  )
  const text = sentences[code].replace(/\{(\w+)\}/g, (place, name: string) => texts[name] ?? place)
  return { text, said: { code, words: texts } }
}

/** As a shortfall tells it. */
export const remedy = ({ text, said }: Told) => ({ remedy: text, said })

/** Of one word, and how many there may be: a host may be hostile. */
export const mostLetters = 1000
export const mostWords = 10
