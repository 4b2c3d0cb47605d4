import { describe, expect, it } from 'vitest'
import type { Part } from '../model/locator.ts'
import { COMPARE_LIMITS, compareTexts, type TextComparison } from './compare-texts.ts'
import type { Row } from './row.ts'
import { diffWords } from './words.ts'

/** Numbers from 0 to 1 that are the same in every run (mulberry32, public domain). */
function dice(seed: number) {
  let state = seed
  const roll = () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  return { below: (limit: number) => Math.floor(roll() * limit), roll }
}

const WORDS =
  'pump loop valve harbour keeper lamp oil rope storm night ship log Ärger 船 naïve'.split(' ')

const sentence = (of: ReturnType<typeof dice>, words: number): string =>
  `${Array.from({ length: words }, () => WORDS[of.below(WORDS.length)]).join(' ')}.`

const lines = (texts: readonly string[]): Part[] =>
  texts.map((text, index) => ({ text, locator: { line: index + 1 } }))

const compare = (from: readonly string[], to: readonly string[], limits = COMPARE_LIMITS) =>
  compareTexts({ from: lines(from), to: lines(to) }, limits)

/** What a reader has who strikes out and writes in what the rows say. */
function applied({ from, to, rows }: TextComparison): { before: string[]; after: string[] } {
  const before: string[] = []
  const after: string[] = []
  const pieced = (row: Row, op: 'removed' | 'added') =>
    row.pieces
      ?.filter((piece) => piece.op !== op)
      .map(({ text }) => text)
      .join('')
  for (const row of rows) {
    const old = from[row.from ?? -1]?.text ?? ''
    if (row.kind === 'same') {
      before.push(old)
      after.push(old)
    } else if (row.kind === 'changed') {
      before.push(pieced(row, 'added') ?? '')
      after.push(pieced(row, 'removed') ?? '')
    } else if (row.kind === 'removed' || row.kind === 'moved_away') before.push(old)
    else if (row.kind === 'moved_here') after.push(pieced(row, 'removed') ?? old)
    else after.push(to[row.to ?? -1]?.text ?? '')
  }
  return { before, after }
}

/** Changes a text the way people do: words, passages, and whole stretches carried elsewhere. */
function edited(of: ReturnType<typeof dice>, texts: readonly string[]): string[] {
  const out = [...texts]
  for (let edits = of.below(8); edits > 0; edits--) {
    const at = of.below(out.length + 1)
    const kind = of.below(5)
    if (kind === 0) out.splice(at, of.below(4))
    else if (kind === 1) out.splice(at, 0, sentence(of, 1 + of.below(12)))
    else if (kind === 2) out.splice(of.below(out.length), 0, ...out.splice(at, of.below(5)))
    else if (kind === 3) out[at] = (out[at] ?? '').replace(/\w+/, 'otherwise')
    else out.splice(at, 0, ...out.slice(at, at + of.below(3)))
  }
  return out.filter((line) => line.trim() !== '')
}

describe('comparing any two texts', () => {
  it('gives both of them back, in their order', () => {
    for (let seed = 1; seed <= 400; seed++) {
      const of = dice(seed)
      const from = Array.from({ length: of.below(30) }, () => sentence(of, 1 + of.below(14)))
      const to = of.roll() < 0.1 ? from.toReversed() : edited(of, from)
      const limits =
        seed % 4 === 0 ? { blocks: 1000, edits: 3, visits: 40, words: 50 } : COMPARE_LIMITS
      const found = compare(from, to, limits)
      expect(applied(found), `seed ${seed}`).toEqual({ before: from, after: to })
    }
  })

  it('counts every passage once, and every move has two ends that belong together', () => {
    for (let seed = 1; seed <= 300; seed++) {
      const of = dice(seed * 7919)
      const from = Array.from({ length: 5 + of.below(40) }, () => sentence(of, 4 + of.below(20)))
      const { rows, ...texts } = compare(from, edited(of, from))
      const places = (side: 'from' | 'to', other: Row['kind']) =>
        rows.flatMap((row) => (row.kind !== other && row[side] !== undefined ? [row[side]] : []))
      expect(places('from', 'moved_here')).toEqual(texts.from.map((_, at) => at))
      expect(places('to', 'moved_away')).toEqual(texts.to.map((_, at) => at))
      const ends = (kind: Row['kind']) =>
        rows
          .filter((row) => row.kind === kind)
          .map(({ from: old, to: now, move }) => `${old} ${now} ${move}`)
          .sort()
      expect(ends('moved_away'), `seed ${seed}`).toEqual(ends('moved_here'))
      for (const row of rows.filter(({ kind, pieces }) => kind === 'moved_here' && !pieces)) {
        expect(texts.from[row.from ?? -1]?.text).toBe(texts.to[row.to ?? -1]?.text)
      }
    }
  })

  it('of passages gives their words back', () => {
    for (let seed = 1; seed <= 300; seed++) {
      const of = dice(seed * 104_729)
      const [from, to] = [sentence(of, of.below(20)), sentence(of, of.below(20))]
      const pieces = diffWords(from, to, { left: seed % 5 === 0 ? 0 : 1e9 })
      const side = (op: string) =>
        pieces
          .filter((piece) => piece.op !== op)
          .map(({ text }) => text)
          .join('')
      expect([side('added'), side('removed')]).toEqual([from, to])
    }
  })
})

const kinds = ({ rows }: TextComparison) => rows.map(({ kind }) => kind).join(' ')

const ARTICLES = Array.from(
  { length: 12 },
  (_, at) =>
    `Article ${at + 1} says what the keepers do with lamp ${at + 1} when the night begins.`,
)

describe('a comparison', () => {
  it('tells a chapter carried elsewhere as one move', () => {
    const to = [...ARTICLES.slice(0, 2), ...ARTICLES.slice(5), ...ARTICLES.slice(2, 5)]
    const { rows } = compare(ARTICLES, to)
    const moved = rows.filter(({ move }) => move !== undefined)
    expect(moved.map(({ kind, move }) => `${kind} ${move}`)).toEqual([
      ...Array.from({ length: 3 }, () => 'moved_away 1'),
      ...Array.from({ length: 3 }, () => 'moved_here 1'),
    ])
    expect(rows.filter(({ kind }) => kind === 'same')).toHaveLength(9)
  })

  it('tells a passage that was moved and changed as that', () => {
    const odd =
      'Whoever keeps the northern lamp writes the hour of lighting into the log of the harbour.'
    const now = odd.replace('northern', 'southern')
    const { rows } = compare([odd, ...ARTICLES], [...ARTICLES, now])
    expect(rows.at(-1)).toMatchObject({
      kind: 'moved_here',
      from: 0,
      pieces: [
        { op: 'same' },
        { op: 'removed', text: 'northern' },
        { op: 'added', text: 'southern' },
        { op: 'same' },
      ],
    })
  })

  it('holds a passage against what it became, not against what was put in before it', () => {
    const to = [
      'Something new that nobody knew.',
      'Article 1 says nothing of lamp 1 when the night begins.',
    ]
    expect(kinds(compare([ARTICLES[0] ?? ''], to))).toBe('added changed')
  })

  it('does not call a short line that occurs again a move', () => {
    expect(kinds(compare(['}', 'alpha one', 'beta two'], ['alpha one', 'beta two', '}']))).toBe(
      'removed same same added',
    )
  })

  it('reads over new line ends of a page', () => {
    const page = (text: string): Part[] => [{ text, locator: { page: 1 } }]
    const from = page(
      'The pump was opened in the morning by two of\nthe keepers. They found the bear-\ning worn out and put in another one.',
    )
    const to = page(
      'On Monday the pump was opened in the morning by\ntwo of the keepers. They found the bearing worn out\nand put in another one.',
    )
    const found = compareTexts({ from, to })
    expect(kinds(found)).toBe('changed same')
    expect(found.rows[0]?.pieces?.[0]).toEqual({ op: 'removed', text: 'The ' })
  })

  it('takes texts of more lines than a call can have arguments', () => {
    const many = Array.from({ length: 140_000 }, (_, at) => `entry ${at}`)
    const found = compare(many, many.toSpliced(70_000, 1).toSpliced(10, 0, 'an entry of its own'))
    expect(found.rows.filter(({ kind }) => kind !== 'same')).toHaveLength(2)
  })

  it('keeps most of a text in its place when all of it occurs several times', () => {
    const of = dice(11)
    const once = Array.from({ length: 300 }, () => sentence(of, 8))
    const from = [...once, ...once, ...once]
    const to = [...from.slice(0, 400), ...from.slice(420), 'And one more.']
    const small = { ...COMPARE_LIMITS, edits: 5 }
    const { rows } = compare(from, to, small)
    expect(rows.filter(({ kind }) => kind === 'same').length).toBeGreaterThan(500)
  })

  it('compares less closely what is beyond its limits, and says so', () => {
    const of = dice(5)
    const many = (count: number) => Array.from({ length: count }, () => sentence(of, 2))
    const small = { blocks: 100, edits: 2, visits: 500, words: 10 }
    expect(compare(many(90), many(90), small)).toMatchObject({ isCoarse: true, isCut: false })
    expect(compare(many(101), many(5), small)).toMatchObject({ isCut: true })
    expect(compare(ARTICLES, ARTICLES)).toMatchObject({ isCoarse: false, isCut: false })
  })
})
