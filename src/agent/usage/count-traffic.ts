import type { Environment } from '../environment.ts'
import { countTransfer, FTP_LOG } from './ftp-traffic.ts'
import { endsOf, newLines, rotate } from './log-file.ts'
import { countMail, forgetOldMails } from './mail-traffic.ts'
import type { Subscribers } from './subscribers.ts'
import { keepTraffic, newTraffic, readTraffic } from './traffic.ts'
import { countRequest, WEB_LOG } from './web-traffic.ts'

/** Counts what the services have written since the last time. Killed at any moment, it is repeated whole. */
export async function countTraffic(env: Environment, who: Subscribers): Promise<void> {
  const traffic = readTraffic(env)
  if (!traffic) return beginCounting(env)
  const { logs } = traffic
  logs.web = await newLines(env, WEB_LOG, logs.web ?? {}, (line) => countRequest(traffic, line))
  logs.ftp = await newLines(env, FTP_LOG, logs.ftp ?? {}, (line) =>
    countTransfer(traffic, who.ofUser, line),
  )
  traffic.cursor = await env.system.readMailLog(traffic.cursor, (line) =>
    countMail(traffic, who, line),
  )
  forgetOldMails(traffic, Date.now())
  keepTraffic(env, traffic)
  if (rotate(env, WEB_LOG)) await env.system.reopenWebLog()
  // ProFTPD opens its log for each session
  rotate(env, FTP_LOG)
}

/** What was before nobody counts: it may have been counted by a counter that got lost. */
export async function beginCounting(env: Environment): Promise<void> {
  if (readTraffic(env)) return
  const cursor = await env.system.endOfMailLog()
  const logs = { web: endsOf(env, WEB_LOG), ftp: endsOf(env, FTP_LOG) }
  keepTraffic(env, { ...newTraffic(), cursor, logs })
}
