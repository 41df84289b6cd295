import { spawnSync } from 'node:child_process'
import { systemEnvironment } from './command.ts'
import { inside } from './enter.ts'
import { createHost, openHost } from './host.ts'
import { image, type Layer } from './image.ts'
import { claimLab, listLabs, machinesOf, ownerOf, releaseLab, sweep } from './lab.ts'
import { type Machine, machineAt } from './machine.ts'
import { byHand } from './owner.ts'
import { leader } from './power.ts'
import { requireHosts } from './requirements.ts'

const usage = `Hosts by hand; they stay until taken down. As root:
  node test/hosts/cli.ts up [bare|prepared] [COUNT]   boot hosts that see each other
  node test/hosts/cli.ts down HOST                    take down a host and all that came up with it
  node test/hosts/cli.ts list
  node test/hosts/cli.ts sh HOST [COMMAND...]         a shell or a command inside, without ssh
  node test/hosts/cli.ts crash|boot|unplug|plug HOST
  node test/hosts/cli.ts sweep                        take down what dead processes left
`

const [command = 'help', ...args] = process.argv.slice(2)

switch (command) {
  case 'up':
    await up(args)
    break
  case 'down':
    await releaseLab(machineNamed(args[0]).lab)
    break
  case 'list':
    for (const lab of listLabs()) for (const machine of machinesOf(lab)) list(machine)
    break
  case 'sh':
    enter(machineNamed(args[0]), args.slice(1))
    break
  case 'crash':
  case 'boot':
  case 'unplug':
  case 'plug':
    await openHost(machineNamed(args[0]))[command]()
    break
  case 'sweep':
    await sweep()
    break
  default:
    process.stdout.write(usage)
    process.exitCode = command === 'help' ? 0 : 1
}

async function up(words: string[]) {
  const layer: Layer = words.includes('bare') ? 'bare' : 'prepared'
  const count = Number(words.find((word) => /^\d+$/.test(word)) ?? 1)
  await requireHosts()
  await image(layer)
  const lab = await claimLab(byHand())
  for (let number = 1; number <= count; number++) {
    const { name, address, rootKey, knownHosts } = await createHost(machineAt(lab, number), layer)
    const options = `-i ${rootKey.path} -o UserKnownHostsFile=${knownHosts}`
    process.stdout.write(`${name}: ssh ${options} root@${address}\n`)
  }
}

function list(machine: Machine) {
  const state = leader(machine) ? 'running' : 'stopped'
  const owner = ownerOf(machine.lab)?.process?.pid ?? 'by hand'
  process.stdout.write(`${machine.name}\t${machine.address}\t${state}\t${owner}\n`)
}

function enter(machine: Machine, argv: string[]) {
  const [file, ...rest] = inside(machine, argv.length > 0 ? argv : ['bash', '-l'])
  const { TERM } = process.env
  const { status } = spawnSync(file!, rest, {
    stdio: 'inherit',
    env: { ...systemEnvironment(), TERM },
  })
  process.exitCode = status ?? 1
}

function machineNamed(name: string | undefined): Machine {
  const all = listLabs().flatMap(machinesOf)
  const machine = all.find((one) => one.name === name)
  if (machine) return machine
  throw new Error(`No host ${name}. There are: ${all.map((one) => one.name).join(' ') || 'none'}`)
}
