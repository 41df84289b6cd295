import { say, type Told } from '../../contract/said.ts'

/** Where a folder's file system is mounted. */
export interface Mount {
  point: string
  type: string
  options: string[]
}

/** `text` is that of /proc/self/mountinfo, proc(5): the last of the deepest that holds the folder. */
export function mountOf(text: string, folder: string): Mount {
  const holding = text
    .split('\n')
    .flatMap(read)
    .filter(({ point }) => folder === point || folder.startsWith(point === '/' ? '/' : `${point}/`))
  return holding.reduce(
    (deepest, mount) => (mount.point.length >= deepest.point.length ? mount : deepest),
    { point: '/', type: 'unknown', options: [] },
  )
}

function read(line: string): Mount[] {
  const [place = '', system = ''] = line.split(' - ')
  const point = place.split(' ')[4]
  const [type = '', , superOptions = ''] = system.split(' ')
  if (!point) return []
  return [{ point: unescaped(point), type, options: superOptions.split(',') }]
}

const unescaped = (text: string) =>
  text.replaceAll(/\\([0-7]{3})/g, (_, code) => String.fromCharCode(Number.parseInt(code, 8)))

/** What these file systems are mounted with to keep limits per user. */
const option: Record<string, RegExp> = {
  ext4: /^(?:usrquota|usrjquota=.+|quota)$/,
  xfs: /^(?:usrquota|uquota|quota)$/,
}

/** What is in the way of limits per user, as far as can be told without asking the kernel (P-56). */
export function obstacle({ point, type, options }: Mount, hasTools: boolean): Told | undefined {
  const wanted = option[type]
  if (!wanted) return say('putHomeElsewhere', { type })
  if (!options.some((given) => wanted.test(given))) return mending(type, point)
  return hasTools ? undefined : say('install', { packages: 'quota' })
}

const mending = (type: string, point: string) =>
  say(type === 'xfs' ? 'mountWithQuota' : 'addQuotaOption', { point })
