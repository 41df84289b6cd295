import type { DatabaseChange, DatabaseServer, ServerUser } from '../database-server.ts'
import { must } from '../run.ts'

/** Root comes in by the unix socket, without a password. What is asked goes to standard input. */
const sql = (text: string): Promise<string> =>
  must(['mariadb', '--no-defaults', '--batch', '--raw', '--skip-column-names'], { input: text })

export const mariadb: DatabaseServer = {
  async read(systemUsers) {
    const lines = (await sql(question(systemUsers))).split('\n').filter(Boolean)
    const rows = lines.map((line) => line.split('\t'))
    const of = (kind: string) => rows.filter((row) => row[0] === kind)
    const grants = new Map(
      of('grant').map(([, name, address, database]) => [
        `${name}@${address}`,
        database!.replaceAll('\\_', '_'),
      ]),
    )
    const users = of('user').map(
      ([, name, address, passwordHash, locked, tls]): ServerUser => ({
        name: name!,
        address: address!,
        passwordHash: passwordHash!,
        locked: locked === '1',
        tls: tls === '1',
        database: grants.get(`${name}@${address}`) ?? '',
      }),
    )
    return {
      databases: new Set(of('database').map(([, name]) => name!)),
      users: new Map(users.map((user) => [`${user.name}@${user.address}`, user])),
    }
  },

  async change(changes) {
    await sql(changes.map(statements).join(''))
  },
}

/** The names have passed the contract's patterns: letters, digits and underscores only. */
function question(systemUsers: string[]): string {
  const ours = `regexp '^(${systemUsers.join('|')})_[a-z0-9]+$'`
  return `
select 'database', schema_name from information_schema.schemata where schema_name ${ours};
select 'user', user, host, json_value(priv, '$.authentication_string'),
  ifnull(json_value(priv, '$.account_locked'), 0) in ('1', 'true'),
  ifnull(json_value(priv, '$.ssl_type'), 0)
  from mysql.global_priv where user ${ours};
select 'grant', user, host, db from mysql.db where user ${ours};
`
}

function statements(change: DatabaseChange): string {
  switch (change.do) {
    case 'create database':
      return `create database if not exists \`${change.name}\` character set utf8mb4;\n`
    case 'drop database':
      return `drop database if exists \`${change.name}\`;\n`
    case 'drop user':
      return `drop user if exists '${change.name}'@'${change.address}';\n${kill(change.name)}`
    case 'write user':
      return writeUser(change)
  }
}

function writeUser(user: ServerUser): string {
  const { name, address, passwordHash, locked, database, tls } = user
  const who = `'${name}'@'${address}'`
  // an underscore stands for any letter in a grant, unless it is told apart
  const granted = database.replaceAll('_', '\\_')
  return `
create user if not exists ${who};
revoke all privileges, grant option from ${who};
alter user ${who} identified by password '${passwordHash}' require ${tls ? 'ssl' : 'none'}
  account ${locked ? 'lock' : 'unlock'};
grant all on \`${granted}\`.* to ${who};
${locked ? kill(name) : ''}`
}

/** Whoever is in goes out; that nobody is in is no mistake. */
const kill = (name: string) => `kill hard user '${name}';\n`
