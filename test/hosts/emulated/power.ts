import { chmodSync, existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { must } from '../command.ts'
import type { Machine } from '../machine.ts'
import { attachTap } from '../network.ts'
import { spawnHost } from '../spawn.ts'
import { ahead } from '../uml/power.ts'
import { debianKernel } from './kernel.ts'

const identity = ({ folder }: Machine) => join(folder, 'identity')
const disk = ({ folder }: Machine) => join(folder, 'disk')

export const isEmulated = (machine: Machine): boolean => existsSync(identity(machine))

/** @param root the file whose copy is its disk */
export async function writeDisks(machine: Machine, root: string) {
  const { folder, address } = machine
  await must(['cp', '--reflink=auto', '--sparse=always', root, disk(machine)])
  // the images do without; this one loses its power
  await must(['tune2fs', '-J', 'size=16', disk(machine)])
  const init = join(folder, 'upper/init')
  writeFileSync(init, first(address))
  chmodSync(init, 0o755)
  writeFileSync(join(folder, 'upper/etc/fstab'), '')
  const upper = join(folder, 'upper')
  await must(['mkfs.ext4', '-q', '-d', upper, identity(machine), '16M'])
  writeFileSync(join(folder, 'init'), '')
}

/** Runs as the first program, with the identity at /mnt. */
const first = (address: string) => `#!/bin/sh
# once: what is changed later stays
[ -s /etc/machine-id ] || cp --archive --no-target-directory /mnt /
umount --lazy /mnt
ip link set lo up
ip link set eth0 up
ip addr add ${address}/24 dev eth0
exec /lib/systemd/systemd
`

/** Starts a whole machine as a process of this one, before other work; returns before it is up. */
export async function emulate(machine: Machine) {
  const { name, mac } = machine
  const kernel = await debianKernel()
  await attachTap(machine)
  const words = [
    ...['console=ttyS0', 'quiet', 'net.ifnames=0', 'systemd.getty_auto=no'],
    ...['mitigations=off', 'root=/dev/vda', 'rootfstype=ext4', 'rw'],
    ...['init=/bin/sh', '--', '-c', '"mount /dev/vdb /mnt && exec /mnt/init"'],
  ]
  const drive = (file: string) => ['-drive', `file=${file},format=raw,if=virtio,cache=unsafe`]
  const computer = [
    // emulated, for machines that are virtual themselves seldom lend their processor
    ...['qemu-system-x86_64', '-accel', 'tcg', '-smp', '2', '-m', '1024'],
    // what guards the kernel from its programs costs an emulator dearly
    ...['-cpu', 'max,-smap,-smep'],
    ...['-nodefaults', '-no-user-config', '-no-reboot', '-display', 'none', '-serial', 'stdio'],
    ...['-kernel', join(kernel, 'vmlinuz'), '-initrd', join(kernel, 'initrd.img')],
    ...['-append', words.join(' ')],
    ...[...drive(disk(machine)), ...drive(identity(machine))],
    ...['-netdev', `tap,id=cable,ifname=${name},script=no,downscript=no`],
    ...['-device', `virtio-net-pci,netdev=cable,mac=${mac},romfile=`],
  ]
  await spawnHost(machine, ['sh', '-c', ahead, 'sh', ...computer])
}
