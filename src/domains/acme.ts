import { axios, Client, crypto } from 'acme-client'
import { issuedCertificate, type ReadCertificate } from './certificate.ts'

export interface AcmeOrder {
  directory: string
  /** PEM of our account with that server */
  accountKey: string
  names: string[]
}

/**
 * Orders a certificate and waits for it. The hosts answer the challenges by themselves (see `acme` of
 * contract/sites.ts), so nothing is brought to them here.
 *
 * @throws {Error} in the server's own words
 */
export async function order({ directory, accountKey, names }: AcmeOrder): Promise<ReadCertificate> {
  const client = new Client({ directoryUrl: directory, accountKey, ...patience })
  // who is known already is only asked for: to say the same once more counts as an empty change
  await client.createAccount({ onlyReturnExisting: true }).catch(() => {})
  const [first = '', ...others] = names
  const [key, csr] = await crypto.createCsr(
    { commonName: first, altNames: [first, ...others] },
    await crypto.createPrivateEcdsaKey(),
  )
  const chain = await client.auto({
    csr,
    termsOfServiceAgreed: true,
    challengePriority: ['http-01'],
    skipChallengeVerification: true,
    challengeCreateFn: async () => {},
    challengeRemoveFn: async () => {},
  })
  return issuedCertificate(chain, key.toString())
}

/** Servers answer within seconds, or say why not; in milliseconds. */
const patience = { backoffAttempts: 12, backoffMin: 500, backoffMax: 5000 }
axios.defaults.timeout = 20_000

// The library asks a server that is away for 75 seconds each time, and then fails in its own retry
// code without saying why. Here the job is what tries again, and people read what was in the way.
axios.interceptors.response.clear()
axios.interceptors.response.use(null, (error) => {
  if (error.response) return error.response
  throw new Error(
    `No answer from ${new URL(error.config.url).host}: ${error.message || error.code}`,
  )
})
