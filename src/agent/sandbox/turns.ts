const last = new Map<string, Promise<unknown>>()

/** Work on one folder never overlaps within this process, whoever asks for it. */
export async function takeTurns<T>(folder: string, work: () => Promise<T>): Promise<T> {
  const turn = (last.get(folder) ?? Promise.resolve()).then(work)
  const settled = turn.catch(() => {})
  last.set(folder, settled)
  try {
    return await turn
  } finally {
    if (last.get(folder) === settled) last.delete(folder)
  }
}
