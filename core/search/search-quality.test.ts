import { expect, it } from 'vitest'
import { makeKnownItems } from '../../scripts/known-items.ts'
import { ask, meanRanks, reciprocalRank, storeKnown } from '../../tests/search-quality.ts'
import { searchWorld } from '../../tests/search-world.ts'

/** A small part of what `npm run bench:search-quality` asks. */
const SIZE = { documents: 14, asked: 4 }

it('words and likeness together find the right document sooner than words alone', async () => {
  const { documents, questions } = makeKnownItems(SIZE)
  const on = await searchWorld()
  const book = await on.book('Harbour', 'Papers')
  const access = await on.access(on.owner, 'admin')
  await storeKnown(on.ports, { chapterId: book.chapters[0] ?? '', createdBy: on.owner }, documents)
  const judged = []
  for (const question of questions.filter(({ half }) => half === 'held-out')) {
    const answers = await ask(on.ports, access, question.text)
    const rank = (names: string[]) =>
      reciprocalRank(names, documents[question.document]?.name ?? '')
    const { words, vectors, fused } = answers
    judged.push({
      ...question,
      ranks: { words: rank(words), vectors: rank(vectors), fused: rank(fused) },
    })
  }
  const all = meanRanks(judged)
  expect(judged.length).toBeGreaterThan(40)
  expect(all.fused).toBeGreaterThan(all.words + 0.1)
  expect(all.fused).toBeGreaterThan(all.vectors + 0.1)
  for (const kind of ['inflected', 'misspelt'] as const) {
    const some = meanRanks(judged.filter((each) => each.kind === kind))
    expect(some.fused, kind).toBeGreaterThan(some.words)
  }
  const plain = meanRanks(judged.filter(({ kind }) => kind === 'plain'))
  expect(plain.fused).toBeGreaterThanOrEqual(plain.words)
}, 240_000)

it('the questions are the same every time, and no word of one half is asked of the other', () => {
  const { documents, questions } = makeKnownItems({ documents: 80, asked: 24 })
  expect(makeKnownItems({ documents: 80, asked: 24 }).questions).toEqual(questions)
  expect(documents).toHaveLength(480)
  expect(new Set(documents.map(({ text }) => text)).size).toBe(480)
  const heldOut = questions.filter(({ half }) => half === 'held-out')
  expect(heldOut.length).toBeGreaterThanOrEqual(200)
  const places = (half: string) =>
    new Set(
      questions
        .filter((each) => each.half === half && each.kind === 'plain')
        .flatMap(({ text }) => text.split(' ').filter((word) => /^\p{Lu}/u.test(word))),
    )
  expect([...places('held-out')].filter((place) => places('development').has(place))).toEqual([])
})
