import { must } from '../run.ts'
import type { System } from '../system.ts'

/** He can stop what runs as him, and others wait for it. */
const TIMEOUT_MS = 10_000

/**
 * Runs as the customer: in his own tree he may have put links to anywhere, and root would follow
 * them. Each folder is made aside and renamed in, so that none stays without its page. The folders
 * and the page come as arguments and input; the script itself never changes.
 */
const script = `
set -e
umask 027
page=$(cat)
for folder do
  parent=\${folder%/*}
  [ -d "$parent" ] || { mkdir -- "$parent"; chgrp www-data -- "$parent"; }
  aside=$parent/.innkeeper-new
  rm -rf -- "$aside"
  mkdir -- "$aside"
  printf '%s\\n' "$page" > "$aside/index.html"
  chgrp -R www-data -- "$aside"
  mv -T -- "$aside" "$folder"
done`

export const makeDocumentRoots: System['makeDocumentRoots'] = async (owner, folders, page) => {
  const uid = String(owner.uid)
  const as = ['--reuid', uid, '--regid', uid, '--groups', String(owner.webGid)]
  const options = { input: page, timeout: TIMEOUT_MS, asCustomer: true }
  await must(['setpriv', ...as, 'sh', '-c', script, 'sh', ...folders], options)
}
