/** Milliseconds of each of so many calls, one after the other. */
export async function timed(times: number, work: () => Promise<unknown>): Promise<number[]> {
  const took: number[] = []
  for (let n = 0; n < times; n++) {
    const started = performance.now()
    await work()
    took.push(performance.now() - started)
  }
  return took
}

export function line(name: string, took: number[]): string {
  const [median, p95] = [0.5, 0.95].map((share) => at(took, share).toFixed(1).padStart(8))
  return `${name.padEnd(47)} median ${median} ms   p95 ${p95} ms   (${took.length})`
}

/** The round that is in the middle by its 95th percentile. */
export const middle = (rounds: number[][]): number[] =>
  rounds.toSorted((a, b) => at(a, 0.95) - at(b, 0.95))[Math.floor(rounds.length / 2)]!

/** What this share of them took at the most. */
function at(took: number[], share: number): number {
  const sorted = took.toSorted((a, b) => a - b)
  return sorted[Math.ceil(share * sorted.length) - 1]!
}
