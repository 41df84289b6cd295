import type { Document } from '../../contract/document.ts'
import type { Installable } from '../../contract/installable.ts'
import type { HostFacts, Installed, Result, Step, Usage } from '../../contract/messages.ts'
import type { UsageQuestion } from '../../contract/usage.ts'

/** Keeps one connection per host, made when it is first asked for and again when it was lost. */
export interface Hosts {
  /** @throws HostAway, HostKeyChanged */
  open(hostId: number): Promise<HostConnection>
  /**
   * What a host that nobody confirmed yet shows as its key, `ssh-ed25519 AAAA…`.
   *
   * @throws HostAway
   */
  hostKey(place: Place): Promise<string>
  /**
   * Signs in as root, for enrolment: with a password, or with the panel's own key when it is null.
   *
   * @throws HostAway, HostKeyChanged
   */
  enter(place: Place & { hostKey: string }, password: string | null): Promise<RootShell>
  /** The next `open` makes a new connection: there is another agent, or another machine. */
  drop(hostId: number): void
  close(): Promise<void>
}

export interface Place {
  address: string
  port: number
}

/** Root's, while a host is prepared. */
export interface RootShell {
  /**
   * `script` is fixed text of ours; what varies goes in as `input`, never into the script.
   *
   * @returns the exit code, and the end of what was written to either output
   * @throws Unknown when the connection was lost or the time is over
   */
  run(script: string, options: { input?: string; seconds: number }): Promise<Outcome>
  /** Puts agent, restricted login and sudo rule in place. */
  setUp(): Promise<Outcome>
  close(): void
}

export interface Outcome {
  code: number
  output: string
}

export type Measurements = Pick<Usage, 'counter' | 'subscriptions'>

/** The agent of one host, over SSH or in our own process. */
export interface HostConnection {
  /** version of the agent at the other end */
  readonly agent: string
  /**
   * Any number of documents, each of another subscription; a result for each, or an error.
   *
   * @throws Unknown, HostAway
   */
  apply(documents: Document[], onStep: (step: Step) => void): Promise<Result>
  /**
   * Adds what a feature needs; may take many minutes, and other requests go on meanwhile.
   *
   * @throws Unknown, HostAway
   */
  install(feature: Installable, onStep: (step: Step) => void): Promise<Installed>
  /** @throws Unknown, HostAway */
  facts(): Promise<HostFacts>
  /**
   * What it measured of these last, at most MAX_ASKED of them; it says nothing of others.
   *
   * @throws Unknown, HostAway
   */
  usage(asked: UsageQuestion[]): Promise<Measurements>
  /**
   * @returns the round trip in milliseconds
   * @throws Unknown, HostAway
   */
  ping(): Promise<number>
}

/** The host cannot be worked with now and nothing was sent: wait, it is no failure of the job. */
export class HostAway extends Error {
  /** one plain sentence for people */
  readonly reason: string
  /** the host's or the system's own words, if any */
  readonly detail: string

  constructor(reason: string, detail = '') {
    super(detail ? `${reason} ${detail}` : reason)
    this.name = new.target.name
    this.reason = reason
    this.detail = detail
  }
}

/** It answers, but does not take our key or password: trying again does not help. */
export class SignInRefused extends HostAway {}

/** The host shows another key than the pinned one: a person must look, nothing is sent (F-151). */
export class HostKeyChanged extends Error {
  /** `ssh-ed25519 AAAA…` */
  readonly offered: string

  constructor(offered: string) {
    super('The host shows another key than the confirmed one.')
    this.name = 'HostKeyChanged'
    this.offered = offered
  }
}

/** The answer was lost: it may have been done or not. Send the same again. */
export class Unknown extends Error {
  constructor(reason: string) {
    super(reason)
    this.name = 'Unknown'
  }
}
