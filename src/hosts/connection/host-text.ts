/**
 * What a host says is shown to people and stored: escape sequences, control characters, marks that
 * turn the reading direction and halves of characters go, for they fake or break both (F-70).
 */
export function plain(text: string): string {
  return text.toWellFormed().replace(escapes, '').replace(invisible, '')
}

/** One line of at most so many characters, for a sentence. */
export function oneLine(text: string, length = 200): string {
  const line = plain(text).replace(/\s+/g, ' ').trim()
  return line.length > length ? `${line.slice(0, length - 1)}…`.toWellFormed() : line
}

/** @returns undefined when it is no JSON */
export function parsePlain(line: string): unknown {
  try {
    return JSON.parse(line, (_, value) => (typeof value === 'string' ? plain(value) : value))
  } catch {
    return undefined
  }
}

const escapes =
  /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]{0,1000}(?:\u0007|\u001b\\)?|[ -~])?/g
const invisible = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g
