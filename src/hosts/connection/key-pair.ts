import ssh2 from 'ssh2'

/**
 * A new ed25519 key pair as OpenSSH writes it. ssh2 1.17 cuts zero bytes off the front of a public key
 * and so spoils one key in 256; such a one is thrown away.
 */
export function newKeyPair(): { private: string; public: string } {
  for (;;) {
    const pair = ssh2.utils.generateKeyPairSync('ed25519')
    if (!(ssh2.utils.parseKey(pair.private) instanceof Error)) return pair
  }
}
