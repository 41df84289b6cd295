import { type Limit, MB, type Property, type Unit, unlimited } from './property.ts'

/** What stands behind a number, in a form or a sentence; counts need nothing. */
export const unitLabels: Record<Unit, string> = {
  bytes: 'MB',
  count: '',
  'kbit/s': 'kbit/s',
  seconds: 's',
  percent: '%',
}

/** How much one typed number stands for. */
export const scale = (unit: Unit): number => (unit === 'bytes' ? MB : 1)

/** A limit as it is typed. Bytes that are not whole MB are rounded down: never more than there is. */
export const inUnit = (unit: Unit, value: Limit): number | typeof unlimited =>
  value === unlimited ? unlimited : Math.floor(value / scale(unit))

/** For sentences with numbers: `Disk space (MB)`. */
export function labelWithUnit(property: Property): string {
  const unit = property.kind === 'limit' ? unitLabels[property.unit] : ''
  return unit ? `${property.label} (${unit})` : property.label
}
