import { existsSync } from 'node:fs'
import { must } from './command.ts'
import { type Lab, type Machine, macOf } from './machine.ts'

/**
 * Our end has an address by its routes alone. For each that an interface gets or loses, Chromium ends
 * what it is about to load (ERR_NETWORK_CHANGED), also in the browsers of other tests.
 */
export async function openNetwork(lab: Lab) {
  const { bridge, gateway, subnet } = lab
  await ip([
    `link add ${bridge} address ${macOf(lab, 1)} type bridge`,
    `link set ${bridge} addrgenmode none`,
    `link set ${bridge} up`,
    `route add local ${gateway} dev ${bridge} table local`,
    `route add ${subnet} dev ${bridge} scope link src ${gateway}`,
    // Counts once the bridge is gone, so that nothing for a host leaves by the default route.
    `route replace unreachable ${subnet} metric 4000000`,
  ])
}

export async function closeNetwork({ bridge, subnet }: Lab) {
  if (existsSync(`/sys/class/net/${bridge}`)) await ip([`link del ${bridge}`])
  const left = await must(['ip', 'route', 'show', 'type', 'unreachable', subnet])
  if (left) await ip([`route del unreachable ${subnet} metric 4000000`])
}

/** A namespace with one cable to the bridge and, on purpose, no default route. */
export async function attach({ name, mac, address, lab }: Machine) {
  await ip([
    `netns add ${name}`,
    `link add ${name} type veth peer name eth0 address ${mac} netns ${name}`,
    `link set ${name} addrgenmode none`,
    `link set ${name} master ${lab.bridge} up`,
  ])
  await ip(['link set lo up', `addr add ${address}/24 dev eth0`, 'link set eth0 up'], name)
}

/** The cable of a host with its own kernel, which sets its address by itself. */
export async function attachTap({ name, lab }: Machine) {
  await must(['ip', 'tuntap', 'add', name, 'mode', 'tap'])
  await ip([`link set ${name} addrgenmode none`, `link set ${name} master ${lab.bridge} up`])
}

export async function detach({ name }: Machine) {
  if (existsSync(`/sys/class/net/${name}`)) await ip([`link del ${name}`])
  if (existsSync(`/run/netns/${name}`)) await ip([`netns del ${name}`])
}

export async function setCable({ name }: Machine, state: 'up' | 'down') {
  await ip([`link set ${name} ${state}`])
}

async function ip(commands: string[], namespace?: string) {
  const where = namespace ? ['-n', namespace] : []
  await must(['ip', ...where, '-batch', '-'], { input: `${commands.join('\n')}\n` })
}
