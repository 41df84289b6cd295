import type { DatabaseUser } from '../contract/databases.ts'

/** What a database server has of some customers, as far as it concerns us. */
export interface DatabaseState {
  databases: Set<string>
  /** by `name@address` */
  users: Map<string, ServerUser>
}

export interface ServerUser extends DatabaseUser {
  /** what it may use; empty: nothing yet */
  database: string
  locked: boolean
  /** its connections have to be encrypted */
  tls: boolean
}

/** Each can be repeated. All names have passed the contract's patterns. */
export type DatabaseChange =
  | { do: 'create database' | 'drop database'; name: string }
  | { do: 'drop user'; name: string; address: string }
  | ({ do: 'write user' } & ServerUser)

export interface DatabaseServer {
  /** Of these system users, everything whose name begins with theirs. */
  read(systemUsers: string[]): Promise<DatabaseState>
  change(changes: DatabaseChange[]): Promise<void>
}
