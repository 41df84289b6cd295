/** What a host's agent last said of it; all text came from a host and is shown escaped (F-70). */
export interface HostFacts {
  hostname: string
  debian: string
  /** average of the last minute */
  load: number
  cpus: number
  memoryBytes: number
  memoryFreeBytes: number
  diskBytes: number
  diskFreeBytes: number
  /** installed PHP versions, e.g. `8.2` */
  phpVersions: string[]
  /** what this host can do, as the property catalogue names it, e.g. `php`, `quota`, `limited-shell` */
  provides: string[]
  /** subscriptions the agent keeps */
  subscriptions: number
}
