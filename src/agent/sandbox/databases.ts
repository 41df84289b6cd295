import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { DatabaseChange, DatabaseServer, ServerUser } from '../database-server.ts'
import { unlessGone } from '../files.ts'

interface Kept {
  databases: string[]
  users: Record<string, ServerUser>
}

/** A folder for each database, as MariaDB has it, and one file with the users. */
export function sandboxDatabases(root: string): DatabaseServer {
  const folder = join(root, 'var/lib/mysql')
  const file = join(folder, 'innkeeper.json')
  const kept = (): Kept => {
    const text = unlessGone(() => readFileSync(file, 'utf8'))
    return text === undefined ? { databases: [], users: {} } : JSON.parse(text)
  }
  const carryOut = (all: Kept, change: DatabaseChange) => {
    switch (change.do) {
      case 'create database':
        mkdirSync(join(folder, change.name), { recursive: true })
        all.databases.push(change.name)
        break
      case 'drop database':
        rmSync(join(folder, change.name), { recursive: true, force: true })
        all.databases = all.databases.filter((name) => name !== change.name)
        break
      case 'drop user':
        delete all.users[`${change.name}@${change.address}`]
        break
      case 'write user': {
        const { do: _, ...user } = change
        all.users[`${user.name}@${user.address}`] = user
      }
    }
  }

  return {
    async read() {
      const { databases, users } = kept()
      return { databases: new Set(databases), users: new Map(Object.entries(users)) }
    },
    async change(changes) {
      const all = kept()
      for (const change of changes) carryOut(all, change)
      mkdirSync(folder, { recursive: true })
      writeFileSync(file, JSON.stringify(all, null, 2))
    },
  }
}
