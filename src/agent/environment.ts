import type { System } from './system.ts'

/** Where the agent works: a host, or a folder that looks like one (the sandbox). */
export interface Environment {
  /** What stands before every path: nothing on a host, the folder's name in a sandbox. */
  root: string
  /** In a sandbox files keep the owner who made them and need not survive a power loss. */
  real: boolean
  system: System
}

export const at = (env: Environment, path: string): string => env.root + path
