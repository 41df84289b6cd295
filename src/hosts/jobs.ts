import * as z from 'zod'
import { jobKind } from '../jobs/kind.ts'

const ofHost = {
  needsHost: false as const,
  payload: z.strictObject({ hostId: z.int().min(1) }),
  key: ({ hostId }: { hostId: number }) => String(hostId),
}

/** Read the key of a host nobody has confirmed yet. */
export const greetHost = jobKind('hosts.greet', { ...ofHost, maxAttempts: 3 })

/** Prepare a host as root: packages, agent, restricted login. May be killed and run again. */
export const enrolHost = jobKind('hosts.enrol', { ...ofHost, maxAttempts: 3 })

/** Look whether it answers, with which agent, and how fast. */
export const checkHost = jobKind('hosts.check', { ...ofHost, maxAttempts: 1 })
