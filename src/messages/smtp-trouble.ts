/** As nodemailer throws it: its own code, and that of what lies beneath. */
export type SmtpError = Error & {
  code?: string
  originalCode?: string
  responseCode?: number
  response?: string
}

/** What to do about it, for people: English, the page translates it. Undefined where the answer itself says it. */
export function smtpTrouble({ code, originalCode, message }: SmtpError): string | undefined {
  const known = sentences[originalCode ?? ''] ?? sentences[code ?? '']
  if (known) return known
  return /wrong version number|record header/i.test(message) ? notTls : undefined
}

const untrusted =
  'The certificate of the mail server is from nobody the panel trusts. If it is your own authority’s, give that one in the settings.'
const notTls =
  'The mail server does not speak TLS at this port. Choose STARTTLS, or the port for TLS (often 465).'

const sentences: Readonly<Record<string, string>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: untrusted,
  SELF_SIGNED_CERT_IN_CHAIN: untrusted,
  UNABLE_TO_GET_ISSUER_CERT: untrusted,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: untrusted,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: untrusted,
  CERT_HAS_EXPIRED: 'The certificate of the mail server has expired.',
  CERT_NOT_YET_VALID: 'The certificate of the mail server is not valid yet.',
  ERR_TLS_CERT_ALTNAME_INVALID:
    'The certificate of the mail server is for another name. Give the name that stands in it.',
  ERR_SSL_WRONG_VERSION_NUMBER: notTls,
  ETLS: 'The mail server does not offer STARTTLS at this port, so nothing was sent.',
  EAUTH: 'The mail server refuses the user name or the password.',
  ECONNREFUSED: 'Nothing answers at this host and port.',
  EDNS: 'There is no host of this name.',
  ETIMEDOUT:
    'The mail server does not answer. A server that speaks TLS says nothing to somebody who does not.',
}
