import { spawnSync } from 'node:child_process'
import { isPopulated } from './cgroup.ts'
import { systemEnvironment } from './command.ts'
import { inside } from './enter.ts'
import { createDebianHost, createHost, createKernelHost, type Host, openHost } from './host.ts'
import { image, type Layer } from './image.ts'
import { claimLab, listLabs, machinesOf, ownerOf, releaseLab, sweep } from './lab.ts'
import { type Machine, machineAt } from './machine.ts'
import { byHand } from './owner.ts'
import { requireDebianHosts, requireHosts, requireKernelHosts } from './requirements.ts'

const usage = `Hosts by hand; they stay until taken down. As root:
  node test/hosts/cli.ts up [bare|prepared|mail] [COUNT]   boot hosts that see each other
  node test/hosts/cli.ts up kernel [COUNT]   the same with kernels of their own, for disk limits
  node test/hosts/cli.ts up debian [COUNT]   the same with Debian's own kernel
  node test/hosts/cli.ts down HOST                    take down a host and all that came up with it
  node test/hosts/cli.ts list
  node test/hosts/cli.ts sh HOST [COMMAND...]         a shell or a command inside, without ssh
  node test/hosts/cli.ts crash|boot|unplug|plug HOST
  node test/hosts/cli.ts sweep                        take down what dead processes left
`

const [command = 'help', ...args] = process.argv.slice(2)

try {
  await obey()
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`)
  process.exitCode = 1
}

async function obey() {
  switch (command) {
    case 'up':
      return up(args)
    case 'down':
      return releaseLab(machineNamed(args[0]).lab)
    case 'list':
      return list()
    case 'sh':
      return enter(machineNamed(args[0]), args.slice(1))
    case 'crash':
    case 'boot':
    case 'unplug':
    case 'plug':
      return openHost(machineNamed(args[0]))[command]()
    case 'sweep':
      return sweep()
    case 'help':
      return void process.stdout.write(usage)
    default:
      throw new Error(usage)
  }
}

async function up(words: string[]) {
  const count = Number(words.find((word) => /^\d+$/.test(word)) ?? 1)
  const create = await creation(words)
  const lab = await claimLab(byHand())
  try {
    for (let number = 1; number <= count; number++) tell(await create(machineAt(lab, number)))
  } catch (error) {
    await releaseLab(lab)
    throw error
  }
}

async function creation(words: string[]): Promise<(machine: Machine) => Promise<Host>> {
  if (words.includes('kernel')) {
    await requireKernelHosts()
    return createKernelHost
  }
  if (words.includes('debian')) {
    await requireDebianHosts()
    return createDebianHost
  }
  await requireHosts()
  const layer = (['bare', 'mail'] as Layer[]).find((one) => words.includes(one)) ?? 'prepared'
  await image(layer)
  return (machine) => createHost(machine, layer)
}

function tell({ name, address, rootKey, knownHosts }: Host) {
  const options = `-i ${rootKey.path} -o UserKnownHostsFile=${knownHosts}`
  process.stdout.write(`${name}: ssh ${options} root@${address}\n`)
}

function list() {
  const lines = listLabs()
    .flatMap(machinesOf)
    .map((machine) => {
      const state = isPopulated(machine) ? 'running' : 'stopped'
      const owner = ownerOf(machine.lab)?.process?.pid ?? 'by hand'
      return `${machine.name}\t${machine.address}\t${state}\t${owner}\n`
    })
  process.stdout.write(lines.join(''))
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
