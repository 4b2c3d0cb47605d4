import { expect, it } from 'vitest'
import type { Part } from '../../core/model/locator.ts'
import { languageOf } from './language.ts'

const text = (words: string): Part[] => [{ text: words, locator: {} }]

it.each([
  [
    'en',
    'The keeper lights the lamp at dusk, writes it into the book, and looks for ships in the fog. When the wind turns he hoists two cones.',
  ],
  [
    'de',
    'Der Wärter zündet die Lampe bei Dämmerung an, schreibt es in das Buch und sieht im Nebel nach Schiffen. Wenn der Wind dreht, hisst er zwei Kegel.',
  ],
  [
    'fr',
    'Le gardien allume la lampe au crépuscule, l’inscrit dans le livre et cherche les navires dans le brouillard. Quand le vent tourne, il hisse deux cônes.',
  ],
  [
    'ja',
    '灯台守は夕暮れに明かりをともし、それを帳簿に書き、霧の中の船を探します。風向きが変わると二つの円錐を揚げます。',
  ],
])('names %s where there is enough to tell', async (language, words) => {
  expect(await languageOf(text(words))).toBe(language)
})

it('says nothing of two words, of cells, and of names of files in an archive', async () => {
  expect(await languageOf(text('evil words'))).toBeUndefined()
  expect(await languageOf(text('The keeper lights the lamp at dusk.'))).toBeUndefined()
  const names = Array.from(
    { length: 200 },
    (_, index) => `plans/lamp and cellar/drawing ${index}.txt`,
  )
  const entry = { type: 'file', sizeBytes: 1 } as const
  const listed = names.map(
    (path, index): Part => ({ text: path, locator: { path }, entry: { index, ...entry } }),
  )
  expect(await languageOf(listed)).toBeUndefined()
  const cells = names.map((cell): Part => ({ text: cell, locator: { sheet: 'Stores' } }))
  expect(await languageOf(cells)).toBeUndefined()
})
