/** One filter of a list's panel (P-16). Everything is in the reader's language. */
export interface PanelField {
  /** of the list's `filters` */
  name: string
  label: string
  /** to choose from */
  options?: readonly { value: string | number; label: string }[]
  /** a day */
  date?: boolean
  /** what its value is called, where it came with a link and is none of the options */
  said?: string
}

export interface FilterPanel {
  fields: readonly PanelField[]
  /** what is asked for, to be shown and taken back one by one */
  applied: { name: string; label: string; value: string }[]
  /** came with a link, has no field of its own, and must not get lost */
  kept: [string, unknown][]
}

export function filterPanel(
  fields: readonly PanelField[],
  { filters }: { filters: Record<string, unknown> },
): FilterPanel {
  const chosen = fields.filter(({ options, date }) => options || date)
  const asked = Object.entries(filters).filter(
    ([name, value]) => name !== 'q' && value !== undefined && value !== '',
  )
  return {
    fields: chosen,
    applied: asked.flatMap(([name, value]) => {
      const field = fields.find((one) => one.name === name)
      return field ? [{ name, label: field.label, value: called(field, value) }] : []
    }),
    kept: asked.filter(([name]) => !chosen.some((field) => field.name === name)),
  }
}

const called = ({ options, said }: PanelField, value: unknown): string =>
  options?.find((option) => option.value === value)?.label ?? said ?? String(value)
