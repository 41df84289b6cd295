import { join } from 'node:path'

/**
 * Options for the Node of programs that tests start by the dozen: a third of the time until they are
 * there. What they do is the same.
 */
export const quickStart = ['--import', join(import.meta.dirname, 'resolve-once.ts')]
