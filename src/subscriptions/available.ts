import type { PropertyKey, Value } from '../plans/catalogue.ts'

/**
 * What a plan or subscription would have to say to get no more than what is available. A host that
 * has no PHP at all has none in any version.
 */
export const saying = (
  property: string,
  available: Value,
): { property: PropertyKey; value: Value } =>
  property === 'phpVersion' && available === 'none'
    ? { property: 'php', value: false }
    : { property: property as PropertyKey, value: available }
