import { MAX_TEXT } from '../contract/messages.ts'

const escapes = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[@-Z\\-_])/g
const controls = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g
const hashes = /\$[0-9a-z]{1,8}\$[./0-9A-Za-z$=,-]{8,}/g

/** Makes what a program printed fit to be shown: no terminal codes, no password hashes, not too long. */
export function clip(text: string, length = MAX_TEXT): string {
  const plain = text.replace(escapes, '').replace(controls, '').replace(hashes, '***').trim()
  return plain.length > length ? `${plain.slice(0, length - 1)}…` : plain
}
