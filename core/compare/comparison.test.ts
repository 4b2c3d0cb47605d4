import { expect, it } from 'vitest'
import type { Part } from '../model/locator.ts'
import { tableParts } from '../pipeline/table.ts'
import { openComparison, type ShownRow } from './comparison.ts'

const lines = (texts: readonly string[]): Part[] =>
  texts.map((text, index) => ({ text, locator: { line: index + 1 } }))

const numbered = (count: number) =>
  Array.from({ length: count }, (_, at) => `Line ${at} of the log of the harbour.`)

const open = (from: readonly Part[], to: readonly Part[], counts: [number?, number?] = []) =>
  openComparison({
    from: { parts: [...from], ...(counts[0] && { pageCount: counts[0] }) },
    to: { parts: [...to], ...(counts[1] && { pageCount: counts[1] }) },
  })

const brief = ({ kind, at, count, change }: ShownRow) =>
  [kind, at, count && `×${count}`, change && `#${change}`]
    .filter((word) => word !== undefined)
    .join(' ')

it('folds what is the same, and opens a fold on demand', () => {
  const texts = numbered(100)
  const comparison = open(
    lines(texts),
    lines(texts.with(50, 'Something else was written in here.')),
  )
  const { rows, counts } = comparison.page({ start: 0 })
  expect(rows.map(brief)).toEqual([
    'fold 0 ×48',
    'same 48',
    'same 49',
    'removed 50 #1',
    'added 51 #1',
    'same 52',
    'same 53',
    'fold 54 ×47',
  ])
  expect(counts).toMatchObject({ changes: 1, added: 1, removed: 1, same: 99, wordsAdded: 6 })
  const inside = comparison.page({ start: 0, fold: { at: 54, count: 47 } })
  expect(inside.rows.map(({ text }) => text)).toEqual(texts.slice(53))
  expect(comparison.page({ start: 0, fold: { at: 98, count: 1000 } }).rows).toHaveLength(3)
})

it('gives a long comparison in pages that join without a gap', () => {
  const from = numbered(900)
  const comparison = open(
    lines(from),
    lines(from.map((text, at) => (at % 2 ? text : `${text} Changed.`))),
  )
  const rows: ShownRow[] = []
  let pages = 0
  for (let start: number | undefined = 0; start !== undefined; pages++) {
    const page = comparison.page({ start })
    rows.push(...page.rows)
    start = page.next
  }
  expect(pages).toBe(5)
  expect(rows.map(({ at }) => at)).toEqual(from.map((_, at) => at))
})

it('names both ends of a move', () => {
  const texts = numbered(12)
  const comparison = open(lines(texts), lines([...texts.slice(3), ...texts.slice(0, 3)]))
  const { rows } = comparison.page({ start: 0 })
  const away = rows.filter(({ kind }) => kind === 'moved_away')
  expect(away.map(({ partner }) => rows.find(({ at }) => at === partner)?.kind)).toEqual([
    'moved_here',
    'moved_here',
    'moved_here',
  ])
  expect(away.map(({ from, to, move }) => [from?.line, to?.line, move])).toEqual([
    [1, 10, 1],
    [2, 11, 1],
    [3, 12, 1],
  ])
})

const page = (number: number, text: string): Part => ({ text, locator: { page: number } })
const BODY = Array.from(
  { length: 6 },
  (_, at) => `Chapter ${at} tells how the pump number ${at} is opened. Nobody opens it alone.`,
)

it('lays a page put in between beside none, and all others beside themselves', () => {
  const from = BODY.map((text, at) => page(at + 1, text))
  const to = BODY.toSpliced(2, 0, 'Wholly new words stand upon this page.').map((text, at) =>
    page(at + 1, text),
  )
  const { units } = open(from, to, [6, 7]).page({ start: 0 })
  expect(units?.unit).toBe('page')
  expect(units?.pairs.map((pair) => `${pair.from} ${pair.to} ${pair.changes}`)).toEqual([
    '1 1 0',
    '2 2 0',
    'undefined 3 1',
    '3 4 0',
    '4 5 0',
    '5 6 0',
    '6 7 0',
  ])
})

it('says of pages without text that nothing is known of them', () => {
  const from = [page(1, BODY[0] ?? ''), page(3, BODY[2] ?? '')]
  const { units } = open(from, from, [4, 4]).page({ start: 0 })
  expect(units?.pairs.map(({ from: old, to, isSilent }) => [old, to, isSilent])).toEqual([
    [1, 1, false],
    [2, 2, true],
    [3, 3, false],
    [4, 4, true],
  ])
})

const sheet = (rows: readonly (readonly string[])[]) =>
  tableParts(
    rows.map((cells, index) => ({ index, from: 0, cells })),
    'Stores',
  )

const STORES = [
  ['Item', 'Place', 'Amount'],
  ...Array.from({ length: 90 }, (_, at) => [`item ${at}`, `shelf ${at % 7}`, String(100 + at)]),
]

it('compares sheets row by row and cell by cell, headers that are repeated apart', () => {
  const now = STORES.with(41, ['item 40', 'shelf 5', '7']).toSpliced(60, 0, [
    'item x',
    'shelf 9',
    '1',
  ])
  const { rows, counts, units } = open(sheet(STORES), sheet(now)).page({ start: 0 })
  expect(counts).toMatchObject({ changed: 1, added: 1, removed: 0, moved: 0, same: 90 })
  expect(rows.find(({ kind }) => kind === 'changed')).toMatchObject({
    from: { sheet: 'Stores', cells: 'A42:C42' },
    to: { sheet: 'Stores', cells: 'A42:C42' },
    cells: [
      { op: 'same', from: 'item 40' },
      { op: 'same', from: 'shelf 5' },
      { op: 'changed', from: '140', to: '7' },
    ],
  })
  expect(units?.pairs).toEqual([{ from: 'Stores', to: 'Stores', changes: 2, isSilent: false }])
})

it('sees a column put in between as that', () => {
  const now = STORES.map(([item = '', place = '', amount = '']) => [
    item,
    place,
    `${item} by sea`,
    amount,
  ])
  const { rows } = open(sheet(STORES), sheet(now)).page({ start: 0 })
  expect(rows[5]).toMatchObject({
    kind: 'changed',
    cells: [{ op: 'same' }, { op: 'same' }, { op: 'added', to: 'item 4 by sea' }, { op: 'same' }],
  })
})
