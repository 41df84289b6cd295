import { image } from './image.ts'
import { sweep } from './lab.ts'
import { requireHosts } from './requirements.ts'

/** For vitest: whatever takes minutes the first time is done before a test's time runs. */
export async function setup() {
  await requireHosts()
  await image('prepared')
}

/** A test that was killed in the middle could not take down its hosts. */
export async function teardown() {
  await sweep()
}
