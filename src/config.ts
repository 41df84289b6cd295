import { isIP } from 'node:net'
import { availableParallelism } from 'node:os'
import { join, resolve } from 'node:path'
import { z } from 'zod'

export interface Config {
  /** absolute folder with all state: embedded database, keys, sandbox host */
  dataFolder: string
  /** a Postgres of your own; null starts the embedded one */
  databaseUrl: string | null
  /** address to listen on */
  host: string
  port: number
  /** where people reach the panel, e.g. `https://panel.example`; null = as the request says */
  origin: string | null
  /** peers whose X-Forwarded-For is believed */
  trustedProxies: readonly string[]
  /** so many processes answer requests; 1: this one does it itself */
  webProcesses: number
}

const wholeNumber = z.string().regex(/^[0-9]{1,5}$/)

const environment = z.object({
  INNKEEPER_DATA: z.string().min(1).default('data'),
  DATABASE_URL: z
    .url({
      protocol: /^postgres(ql)?$/,
      error: 'DATABASE_URL must look like postgres://user:password@host:5432/name.',
    })
    .optional(),
  HOST: z.string().min(1).default('127.0.0.1'),
  PORT: wholeNumber
    .transform(Number)
    .refine((port) => port <= 65535)
    .catch(() => Number.NaN)
    .default(8080),
  INNKEEPER_ORIGIN: z
    .url({ protocol: /^https?$/, error: 'INNKEEPER_ORIGIN must look like https://panel.example.' })
    .optional(),
  INNKEEPER_TRUSTED_PROXIES: z.string().default(''),
  INNKEEPER_WEB_PROCESSES: z
    .string()
    .regex(/^[1-9][0-9]?$/, 'INNKEEPER_WEB_PROCESSES must be a number from 1 to 99.')
    .transform(Number)
    .optional(),
})

/** @throws {Error} with one plain sentence about the first setting that is wrong */
export function readConfig(variables: Record<string, string | undefined>): Config {
  const filled = Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== ''))
  const read = environment.safeParse(filled)
  if (!read.success) throw new Error(read.error.issues[0]!.message)

  const { PORT: port, INNKEEPER_ORIGIN: origin, INNKEEPER_TRUSTED_PROXIES: proxies } = read.data
  if (Number.isNaN(port)) {
    throw new Error(`PORT must be a number from 0 to 65535, not “${variables.PORT}”.`)
  }
  const trustedProxies = proxies
    .split(',')
    .map((name) => name.trim())
    .filter(Boolean)
  const wrong = trustedProxies.find((address) => isIP(address) === 0)
  if (wrong) throw new Error(`INNKEEPER_TRUSTED_PROXIES must hold IP addresses, not “${wrong}”.`)

  return {
    dataFolder: resolve(join(import.meta.dirname, '..'), read.data.INNKEEPER_DATA),
    databaseUrl: read.data.DATABASE_URL ?? null,
    host: read.data.HOST,
    port,
    origin: origin ? new URL(origin).origin : null,
    trustedProxies,
    webProcesses: read.data.INNKEEPER_WEB_PROCESSES ?? Math.min(availableParallelism(), 4),
  }
}
