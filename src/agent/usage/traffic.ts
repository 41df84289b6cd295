import { randomUUID } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { at, type Environment } from '../environment.ts'
import { put, read } from '../files.ts'
import { slotOf } from './months.ts'

const TRAFFIC = '/var/lib/innkeeper/usage/traffic.json'
/** Slots that are kept: two months and the days around their ends. */
const KEPT_MS = 70 * 24 * 3_600_000

export const services = ['web', 'ftp', 'mail'] as const
export type Service = (typeof services)[number]
/** In the order of `services`. */
export type Bytes = [web: number, ftp: number, mail: number]

/**
 * What was counted, and how far the logs were read: one file, replaced in one go, so that a crash at
 * any moment neither loses a line nor counts one twice.
 */
export interface Traffic {
  /** another one for each beginning from nothing */
  counter: string
  /** how far each log was read */
  logs: Partial<Record<'web' | 'ftp', Record<string, number>>>
  /** how far the journal was read */
  cursor?: string | undefined
  /** mails on their way, by their number in the queue */
  mails: Record<string, MailOnItsWay>
  /** by slot, then by subscription */
  slots: Record<string, Record<string, Bytes>>
}

export interface MailOnItsWay {
  /** the subscription that handed it in */
  sender?: number | undefined
  size?: number
  /** milliseconds since 1970 */
  since: number
}

export const newTraffic = (): Traffic => ({ counter: randomUUID(), logs: {}, mails: {}, slots: {} })

export function readTraffic(env: Environment): Traffic | undefined {
  const text = read(env, TRAFFIC)
  return text === undefined ? undefined : JSON.parse(text)
}

export function keepTraffic(env: Environment, traffic: Traffic): void {
  const oldest = new Date(Date.now() - KEPT_MS).toISOString().slice(0, 7)
  for (const slot of Object.keys(traffic.slots)) if (slot < oldest) delete traffic.slots[slot]
  mkdirSync(at(env, dirname(TRAFFIC)), { recursive: true, mode: 0o700 })
  put(env, TRAFFIC, JSON.stringify(traffic), { mode: 0o600 })
}

/** @param moment milliseconds since 1970 */
export function count(
  { slots }: Traffic,
  subscription: number,
  service: Service,
  moment: number,
  bytes: number,
): void {
  const slot = slotOf(moment)
  slots[slot] ??= {}
  slots[slot][subscription] ??= [0, 0, 0]
  slots[slot][subscription][services.indexOf(service)]! += bytes
}
