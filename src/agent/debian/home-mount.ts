/** Where a folder's file system is mounted. */
export interface Mount {
  point: string
  type: string
  /** What is mounted there, `/dev/sda3`. */
  device: string
  options: string[]
}

interface Line extends Mount {
  /** The kernel's number for it. */
  number: string
}

/**
 * `text` is that of /proc/self/mountinfo, proc(5): the last of the deepest that holds the folder. Of
 * a file system that is mounted in several places quota(1) and its like know only the first.
 */
export function mountOf(text: string, folder: string): Mount {
  const all = text.split('\n').flatMap(read)
  const holding = all.filter(
    ({ point }) => folder === point || folder.startsWith(point === '/' ? '/' : `${point}/`),
  )
  const deepest = holding.reduce(
    (deepest, mount) => (mount.point.length >= deepest.point.length ? mount : deepest),
    { number: '', point: '/', type: 'unknown', device: '', options: [] },
  )
  return all.find(({ number }) => number === deepest.number) ?? deepest
}

function read(line: string): Line[] {
  const [place = '', system = ''] = line.split(' - ')
  const [, , number = '', , point] = place.split(' ')
  const [type = '', device = '', superOptions = ''] = system.split(' ')
  if (!point) return []
  const options = superOptions.split(',')
  return [{ number, point: unescaped(point), type, device, options }]
}

const unescaped = (text: string) =>
  text.replaceAll(/\\([0-7]{3})/g, (_, code) => String.fromCharCode(Number.parseInt(code, 8)))
