import { encode } from 'uqr'

export interface QrCode {
  /** width and height, in modules */
  size: number
  /** all dark modules, for `<path d>` */
  path: string
}

/** With the quiet zone of four modules that readers need. */
export function qrCode(text: string): QrCode {
  const { size, data } = encode(text, { border: 4 })
  const dark = data.flatMap((row, y) =>
    row.flatMap((isDark, x) => (isDark ? [`M${x} ${y}h1v1h-1z`] : [])),
  )
  return { size, path: dark.join('') }
}
