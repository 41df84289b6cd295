import { chmodSync, existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { must } from '../command.ts'
import type { Machine } from '../machine.ts'

export const hasOwnKernel = ({ folder }: Machine): boolean => existsSync(join(folder, 'init'))

/** What the disk of a host is like that has a kernel of its own, besides the identity. */
export async function writeBoot({ folder, address }: Machine) {
  const file = join(folder, 'init')
  writeFileSync(file, init(address))
  chmodSync(file, 0o755)
  // fsck would wait for udev, which is not there
  writeFileSync(join(folder, 'upper/etc/fstab'), '/dev/ubdb /home ext4 defaults 0 0\n')
  await must(['truncate', '--size=200M', join(folder, 'home')])
  await must(['mkfs.ext4', '-q', '-F', join(folder, 'home')])
  // the smallest that mkfs.xfs makes
  await must(['truncate', '--size=300M', join(folder, 'spare')])
  await must(['mkfs.xfs', '-q', join(folder, 'spare')])
}

/**
 * Runs as the first program of the kernel, with the machine's folder at /mnt. There is no kmod, so
 * modules are handed to the kernel by its own call.
 */
const init = (address: string) => `#!/bin/sh
# once: what is changed later stays
[ -s /etc/machine-id ] || cp --archive --no-target-directory /mnt/upper /
mount -t hostfs none /lib/modules -o /usr/lib/uml/modules
for module in fs/quota/quota_tree fs/quota/quota_v2 lib/crc-ccitt net/ipv6/ipv6; do
  perl -e 'open my $file, "<", shift or die; syscall 313, fileno $file, my $none = "", 0 and die $!' \\
    /lib/modules/*/kernel/$module.ko
done
umount /lib/modules
umount --lazy /mnt
mount --all
ip link set lo up
ip link set vec0 up
ip addr add ${address}/24 dev vec0
exec /lib/systemd/systemd
`
