const HOUR = 3_600_000
const QUARTER = HOUR / 4

/**
 * Where a moment is counted. Months begin at other moments elsewhere on earth, but within 26 hours:
 * what lies there is kept by the quarter of an hour, as time zones differ by quarters; all else has
 * the same month everywhere.
 *
 * @param at milliseconds since 1970
 * @returns `2026-11`, or `2026-11-30T22:15` in UTC
 */
export function slotOf(at: number): string {
  const [west, east] = [monthIn(at - 12 * HOUR), monthIn(at + 14 * HOUR)]
  return west === east ? west : new Date(at - (at % QUARTER)).toISOString().slice(0, 16)
}

/** The month that a slot belongs to in a time zone. */
export function monthOf(slot: string, timeZone: string): string {
  if (slot.length === 7) return slot
  const parts = calendar(timeZone).formatToParts(new Date(`${slot}Z`))
  const part = (type: string) => parts.find((one) => one.type === type)?.value ?? ''
  return `${part('year')}-${part('month')}`
}

const monthIn = (at: number): string => new Date(at).toISOString().slice(0, 7)

const calendars = new Map<string, Intl.DateTimeFormat>()

function calendar(timeZone: string): Intl.DateTimeFormat {
  const known = calendars.get(timeZone) ?? newCalendar(timeZone)
  calendars.set(timeZone, known)
  return known
}

/** A host may be older than a time zone. */
function newCalendar(timeZone: string): Intl.DateTimeFormat {
  const fields = { year: 'numeric', month: '2-digit' } as const
  try {
    return new Intl.DateTimeFormat('en', { timeZone, ...fields })
  } catch {
    return new Intl.DateTimeFormat('en', { timeZone: 'UTC', ...fields })
  }
}
