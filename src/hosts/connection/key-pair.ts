import { utils } from 'ssh2'

/**
 * A new ed25519 key pair as OpenSSH writes it. ssh2 1.17 cuts zero bytes off the front of a public key
 * and so spoils one key in 256; such a one is thrown away.
 */
export function newKeyPair(): { private: string; public: string } {
  for (;;) {
    const pair = utils.generateKeyPairSync('ed25519')
    if (!(utils.parseKey(pair.private) instanceof Error)) return pair
  }
}
