import type { C } from './env.ts'

/** Whose days a list means by "from" and "to" (M-12). */
export const timeZoneOf = (c: C): string => c.var.session?.timeZone ?? c.var.system.timeZone
