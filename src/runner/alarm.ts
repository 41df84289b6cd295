/** Sleep that can be ended; a wake that comes before the sleep is not lost. */
export function alarm() {
  let rung = false
  let ring: (() => void) | undefined

  return {
    wake() {
      rung = true
      ring?.()
    },
    /** From here on a `wake` counts. */
    reset() {
      rung = false
    },
    /** Until woken since `reset`, or so many milliseconds. */
    async sleep(milliseconds: number) {
      if (rung) return
      const { promise, resolve } = Promise.withResolvers<void>()
      const timer = setTimeout(resolve, milliseconds)
      ring = resolve
      await promise
      ring = undefined
      clearTimeout(timer)
    },
  }
}
