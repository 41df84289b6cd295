import de from './dictionaries/de.json' with { type: 'json' }
import es from './dictionaries/es.json' with { type: 'json' }
import it from './dictionaries/it.json' with { type: 'json' }

/** The English sentence and what it is in another language; English itself needs none. */
export type Dictionary = Readonly<Record<string, string>>

export const dictionaries: Readonly<Record<string, Dictionary>> = { de, es, it }
