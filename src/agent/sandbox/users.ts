import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { CUSTOMERS, type PasswdUser } from '../passwd.ts'
import type { UserChange } from '../system.ts'

type Lines = Map<string, string>

/** All users of a batch in one go: reading and writing thousands of lines for each would be slow. */
export function writeUsers(root: string, changes: UserChange[]): void {
  edit(root, (files) => {
    for (const { want } of changes) {
      files.passwd.set(want.name, passwdLine(want))
      files.shadow.set(want.name, shadowLine(want))
      files.group.set(want.name, `${want.name}:x:${want.gid}:`)
      files.customers.add(want.name)
    }
  })
}

export function removeUsers(root: string, names: string[]): void {
  edit(root, (files) => {
    for (const name of names) {
      files.passwd.delete(name)
      files.shadow.delete(name)
      files.group.delete(name)
      files.customers.delete(name)
    }
  })
}

interface Files {
  passwd: Lines
  shadow: Lines
  group: Lines
  customers: Set<string>
}

/** passwd last: its line is what makes a user exist. */
function edit(root: string, change: (files: Files) => void): void {
  const group = read(root, 'group')
  const members = group.get(CUSTOMERS)?.split(':')[3]?.split(',') ?? []
  const files: Files = {
    passwd: read(root, 'passwd'),
    shadow: read(root, 'shadow'),
    group,
    customers: new Set(members.filter(Boolean)),
  }
  change(files)
  group.set(CUSTOMERS, `${CUSTOMERS}:x:999:${[...files.customers].join(',')}`)
  write(root, 'group', group)
  write(root, 'shadow', files.shadow)
  write(root, 'passwd', files.passwd)
}

const passwdLine = ({ name, uid, gid, comment, home, shell }: PasswdUser): string =>
  [name, 'x', uid, gid, comment, home, shell].join(':')

const shadowLine = ({ name, hash, expires }: PasswdUser): string =>
  [name, hash, 20_000, 0, 99_999, 7, '', expires, ''].join(':')

function read(root: string, file: string): Lines {
  const text = readFileSync(join(root, 'etc', file), 'utf8')
  const lines = text.split('\n').filter(Boolean)
  return new Map(lines.map((line) => [line.slice(0, line.indexOf(':')), line]))
}

function write(root: string, file: string, lines: Lines): void {
  const path = join(root, 'etc', file)
  writeFileSync(`${path}.new`, `${[...lines.values()].join('\n')}\n`)
  renameSync(`${path}.new`, path)
}
