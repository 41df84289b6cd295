import { join } from 'node:path'

/** Hosts of one owner are in one lab: a bridge of its own and the hosts plugged into it. */
export interface Lab {
  number: number
  folder: string
  bridge: string
  /** This machine's address as its hosts see it. */
  gateway: string
  subnet: string
}

/** Names and places of one host, all following from two numbers. */
export interface Machine {
  lab: Lab
  /** Of the namespace, the cable, the cgroup and the container. */
  name: string
  folder: string
  address: string
  mac: string
  hostname: string
}

/** One place for the whole machine, because bridges and addresses are the whole machine's. */
export const labsFolder = '/var/lib/innkeeper-hosts'
export const labNumbers = 250
export const hostNumbers = 200

export function labAt(number: number): Lab {
  return {
    number,
    folder: join(labsFolder, String(number)),
    bridge: `ik${number}`,
    gateway: `10.87.${number}.1`,
    subnet: `10.87.${number}.0/24`,
  }
}

export function machineAt(lab: Lab, number: number): Machine {
  const name = `${lab.bridge}h${number}`
  return {
    lab,
    name,
    folder: join(lab.folder, `h${number}`),
    address: `10.87.${lab.number}.${10 + number}`,
    mac: macOf(lab, 10 + number),
    hostname: `${name}.host.test`,
  }
}

/** Fixed, since a host that came back with another one is unreachable until ARP caches expire. */
export function macOf(lab: Lab, last: number): string {
  return `02:77:00:00:${hex(lab.number)}:${hex(last)}`
}

function hex(byte: number): string {
  return byte.toString(16).padStart(2, '0')
}
