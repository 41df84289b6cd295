import { count, type Traffic } from './traffic.ts'

/** Root's folder: customers can neither write what is counted nor read it. */
export const LOGS = '/var/log/innkeeper'
export const WEB_LOG = `${LOGS}/web.log`

/** The variable that each site of a subscription sets to its number. */
export const WEB_OWNER = '$innkeeper'

/** For nginx: whose request, when it ended, and its bytes in and out with all headers. */
export const webLogText = `map "" ${WEB_OWNER} { default -; }
log_format innkeeper '${WEB_OWNER} $msec $request_length $bytes_sent';
access_log ${WEB_LOG} innkeeper;
`

export function countRequest(traffic: Traffic, line: string): void {
  const found = /^([1-9][0-9]*) ([0-9]+)\.([0-9]{3}) ([0-9]+) ([0-9]+)$/.exec(line)
  if (!found) return
  const [, subscription, seconds, , received, sent] = found.map(Number)
  count(traffic, subscription!, 'web', seconds! * 1000, received! + sent!)
}
