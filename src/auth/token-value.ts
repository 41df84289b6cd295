import { createHash, randomBytes } from 'node:crypto'

/** So that whoever finds one lying about, a person or a program that looks for leaks, knows it. */
const prefix = 'ink_'

/** 256 bits. */
export const newToken = () => prefix + randomBytes(32).toString('base64url')

export const isToken = (text: string): boolean => /^ink_[\w-]{43}$/.test(text)

/** Also as part of something longer, such as an address. */
export const holdsToken = (text: string): boolean => /ink_[\w-]{20}/i.test(text)

/** Found by this, so that no two are ever compared sign by sign. */
export const tokenHash = (token: string) => createHash('sha256').update(token).digest('base64url')
