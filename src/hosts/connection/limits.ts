/** Milliseconds; each stage of a connection ends by itself (F-152). */
export interface Limits {
  /** until the TCP connection stands */
  tcp: number
  /** until both sides agree on ciphers and the host key is checked */
  handshake: number
  /** until the login is accepted */
  login: number
  /** from the start of the agent to its `hello` */
  hello: number
  /** without a word while it owes us an answer */
  silence: number
  /** without a request until we say `ping`, so that the agent stays */
  idle: number
  /** without a request until we hang up: the agent costs its host memory */
  unused: number
  /** until an answer is there, and as much again for each document */
  answer: number
  perDocument: number
  /** until packages are fetched and installed */
  install: number
}

export const limits: Limits = {
  tcp: 8_000,
  handshake: 15_000,
  login: 20_000,
  hello: 20_000,
  silence: 30_000,
  idle: 30_000,
  unused: 600_000,
  answer: 60_000,
  perDocument: 2_000,
  install: 20 * 60_000,
}

/** Bytes a host may send: before `hello` (notices of the day), unasked, and for one answer (F-153). */
export const maxNoise = 256 * 1024
export const maxUnasked = 256 * 1024
export const maxAnswer = 32 * 1024 * 1024
