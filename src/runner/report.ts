import { inWords } from '../jobs/output.ts'

/** Where the runner says what went wrong with itself; jobs tell of their own failures. */
export type Report = (sentence: string, error: unknown) => void

export const reportToConsole: Report = (sentence, error) =>
  console.error(`runner: ${sentence} ${inWords(error)}`)
