import { must } from '../run.ts'
import type { System } from '../system.ts'

/** He can stop what runs as him, and others wait for it. */
const TIMEOUT_MS = 10_000

/**
 * Runs as the customer: in his own tree he may have put links to anywhere, and root would follow
 * them. Its one group is the web server's, so that what it makes is readable for that, and not one
 * more beside the customer's: else the kernel would let him take over the process (ptrace(2)), and
 * with it read what other customers show to the web server. Each folder is made aside and renamed
 * in, so that none stays without its page; cat, unlike printf, says why there is no room for one.
 * The folders and the page come as arguments and input; the script itself never changes.
 */
const script = `
set -e
umask 027
page=$(cat)
for folder do
  parent=\${folder%/*}
  [ -d "$parent" ] || mkdir -- "$parent"
  aside=$parent/.innkeeper-new
  # of a run that was killed; whatever else is there he keeps, however much it is
  rm -f -- "$aside" "$aside/index.html" 2> /dev/null || true
  [ ! -d "$aside" ] || rmdir -- "$aside"
  mkdir -- "$aside"
  printf '%s\\n' "$page" | cat > "$aside/index.html"
  mv -T -- "$aside" "$folder"
done`

export const makeDocumentRoots: System['makeDocumentRoots'] = async (owner, folders, page) => {
  const uid = String(owner.uid)
  const as = ['--reuid', uid, '--regid', String(owner.webGid), '--clear-groups']
  const options = { input: page, timeout: TIMEOUT_MS, asCustomer: true }
  await must(['setpriv', ...as, 'sh', '-c', script, 'sh', ...folders], options)
}
