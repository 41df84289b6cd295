import * as z from 'zod'
import { jobKind } from '../jobs/kind.ts'

/** Fetch a certificate for the domain from the ACME server of the settings. */
export const fetchCertificate = jobKind('certificates.fetch', {
  payload: z.strictObject({ domainId: z.int().min(1) }),
  key: (payload) => String(payload.domainId),
  needsHost: false,
  maxAttempts: 5,
})
