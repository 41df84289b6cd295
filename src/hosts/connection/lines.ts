const newline = 0x0a

/** Cuts what arrives into lines; keeps bytes until the line is whole, so no character is torn. */
export function lineReader(maxBytes: number) {
  let parts: Buffer[] = []
  let length = 0

  const keep = (part: Buffer) => {
    length += part.length
    if (length > maxBytes) throw new RangeError('a line without an end')
    parts.push(part)
  }
  const finish = () => {
    const line = Buffer.concat(parts).toString('utf8')
    parts = []
    length = 0
    return line
  }

  /** @throws RangeError when a line is longer than allowed */
  return function* read(chunk: Buffer): Generator<string> {
    let rest = chunk
    for (let at = rest.indexOf(newline); at >= 0; at = rest.indexOf(newline)) {
      keep(rest.subarray(0, at))
      rest = rest.subarray(at + 1)
      yield finish()
    }
    keep(rest)
  }
}
