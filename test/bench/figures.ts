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
  const sorted = took.toSorted((a, b) => a - b)
  const at = (share: number) => sorted[Math.ceil(share * sorted.length) - 1]!.toFixed(1).padStart(8)
  return `${name.padEnd(47)} median ${at(0.5)} ms   p95 ${at(0.95)} ms   (${took.length})`
}
