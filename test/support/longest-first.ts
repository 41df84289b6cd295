import { BaseSequencer, type TestSpecification } from 'vitest/node'

/**
 * A run ends when its longest file does, and Vitest begins with those of the most bytes: these say
 * little and take a minute or more. Which they are matters to nothing but how long the whole takes.
 */
const long = [
  'story/conflicts.browser',
  'browser/pages.browser',
  'story/real.browser',
  'agent/kill.host',
  'agent/sockets.host',
  'agent/disk-limits.host',
  'proof/kill.host',
  'hosts/panel/enrolment.host',
  'hosts/panel/trouble.host',
  'mail/services.host',
  'test/server',
  'runner/kill',
  'bulk/hosts',
  'messages/kill',
]

export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const byProject = Map.groupBy(await super.sort(files), ({ project }) => project)
    return [...byProject.values()].flatMap((some) => some.toSorted((a, b) => place(a) - place(b)))
  }
}

function place({ moduleId }: TestSpecification): number {
  const at = long.findIndex((name) => moduleId.endsWith(`${name}.test.ts`))
  return at === -1 ? long.length : at
}
