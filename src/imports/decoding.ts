import { Invalid } from '../errors.ts'

/** Of a file; a form may be somewhat larger, see web/reading.ts. */
export const maxFileBytes = 3 * 1024 * 1024

/**
 * The text of a file, whichever program wrote it (F-63): UTF-8 or UTF-16 where it says so or can be
 * nothing else, otherwise what Windows wrote before.
 *
 * @throws {Invalid} at `file`
 */
export function decoded(bytes: Uint8Array): string {
  if (bytes.length > maxFileBytes) {
    const words = { maximum: maxFileBytes / 1024 / 1024 }
    throw new Invalid('file', 'This file is too large: at most {maximum} MB.', words)
  }
  const text = read(bytes, encodingOf(bytes)) ?? read(bytes, 'windows-1252')!
  // Spreadsheets in their own form and pictures have zeros; no text has.
  if (text.includes('\0'))
    throw new Invalid('file', 'This is not a text file. Save the table as CSV.')
  return text
}

function encodingOf([first, second]: Uint8Array): string {
  if (first === 0xff && second === 0xfe) return 'utf-16le'
  return first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8'
}

/** Without its mark at the beginning. */
function read(bytes: Uint8Array, encoding: string): string | null {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes)
  } catch {
    return null
  }
}
