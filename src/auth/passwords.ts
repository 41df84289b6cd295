import { randomBytes, randomInt } from 'node:crypto'
import { hash, verify } from '@node-rs/argon2'

/** argon2id is the library's own choice of algorithm. */
const cost = {
  memoryCost: 19_456,
  timeCost: 2,
  parallelism: 1,
}

/** The same password typed on another keyboard may come as other code points (F-44). */
const normal = (password: string) => password.normalize('NFKC')

export const hashPassword = (password: string): Promise<string> =>
  inTurn(() => hash(normal(password), cost))

export const verifyPassword = (passwordHash: string, password: string): Promise<boolean> =>
  inTurn(() => verify(passwordHash, normal(password)))

/**
 * In place of a hash, where somebody will choose a password by a link: no password has it, and
 * trying one takes as long as with any other (F-99). None is made, so that thousands cost nothing.
 */
export function hashOfNone(): string {
  const part = (length: number) => randomBytes(length).toString('base64').replaceAll('=', '')
  const { memoryCost: m, timeCost: t, parallelism: p } = cost
  return `$argon2id$v=19$m=${m},t=${t},p=${p}$${part(16)}$${part(32)}`
}

/**
 * 20 characters from 56 that are not mistaken for each other, about 116 bits: groups of five, so
 * that they can be read out.
 */
export function generatePassword(): string {
  const letters = 'abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789'
  const group = () => Array.from({ length: 5 }, () => letters[randomInt(letters.length)]).join('')
  return [group(), group(), group(), group()].join('-')
}

/** Hashes share libuv's four threads with files and DNS, so at most two run at once. */
const places = 2
let running = 0
const waiting: (() => void)[] = []

async function inTurn<T>(work: () => Promise<T>): Promise<T> {
  if (running >= places) await new Promise<void>((resolve) => waiting.push(resolve))
  else running++
  try {
    return await work()
  } finally {
    const next = waiting.shift()
    if (next) next()
    else running--
  }
}

/** How many wait for a place: past some number a sign-in page had better say so. */
export const passwordsWaiting = () => waiting.length
