import { describe, expect, test } from 'vitest'
import { dictionaries } from '../../src/web/dictionaries.ts'
import { translator } from '../../src/web/i18n.ts'
import { sentences } from './sentences.ts'

const written = [...sentences().keys()]

test('speaks English, German, Spanish and Italian', () => {
  expect(Object.keys(dictionaries)).toEqual(['de', 'es', 'it'])
})

describe.each(Object.entries(dictionaries))('%s', (_, dictionary) => {
  test('has every sentence of the panel, and no other', () => {
    expect(written.filter((sentence) => !Object.hasOwn(dictionary, sentence))).toEqual([])
    expect(Object.keys(dictionary).filter((sentence) => !written.includes(sentence))).toEqual([])
  })

  test('says something for each', () => {
    const silent = Object.entries(dictionary).filter(([, translation]) => !translation.trim())
    expect(silent).toEqual([])
  })

  test('has the same places to fill as the English', () => {
    const differing = Object.entries(dictionary).filter(
      ([sentence, translation]) => places(sentence).join() !== places(translation).join(),
    )
    expect(differing).toEqual([])
  })
})

/** Which names a sentence is filled with; how often and in which order is the language’s own affair. */
function places(sentence: string): string[] {
  const names = [...sentence.matchAll(/\{(\w+!?)(?:\|[^}]*)?\}/g)].map(([, name]) => name!)
  return [...new Set(names)].sort()
}

// "Gesperrt" was suspended in one system and locked in another.
test.each([
  ['de', 'Gesperrt', 'Sync-gesperrt'],
  ['es', 'Suspendida', 'Bloqueada para sincronización'],
  ['it', 'Sospeso', 'Bloccato per sincronizzazione'],
])('keeps suspended and locked apart in %s', (language, suspended, locked) => {
  const t = translator(language)
  expect([t('Suspended'), t('Locked')]).toEqual([suspended, locked])
})
