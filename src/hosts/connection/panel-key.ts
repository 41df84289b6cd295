import { join } from 'node:path'
import ssh2 from 'ssh2'
import { privateFile } from '../../auth/private-file.ts'
import { newKeyPair } from './key-pair.ts'

/** The key this installation shows to its hosts. */
export interface PanelKey {
  /** as OpenSSH writes it */
  private: string
  /** `ssh-ed25519 AAAA…` */
  public: string
}

/** Made at the first start; only the private half is kept, the public one follows from it. */
export function panelKey(dataFolder: string): PanelKey {
  const file = join(dataFolder, 'ssh-key')
  const text = privateFile(file, () => newKeyPair().private).toString()
  const key = ssh2.utils.parseKey(text)
  if (key instanceof Error) throw new Error(`${file} is damaged: ${key.message}`)
  return {
    private: text,
    public: `ssh-ed25519 ${key.getPublicSSH().toString('base64')}`,
  }
}
