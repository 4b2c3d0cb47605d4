import type { Locator } from '../model/locator.ts'
import type { Block } from './block.ts'
import { heaviestChain } from './chain.ts'
import type { Row } from './row.ts'

/** A page, slide or sheet of the one text and the one of the other that it became. */
export interface UnitPair {
  /** Number of a page or slide, name of a sheet. Absent for one that is new. */
  from?: number | string
  /** Absent for one that is gone. */
  to?: number | string
  /** Rows that are not the same, on either. */
  changes: number
  /** Whether both have no text at all: nothing is known of what changed there. */
  isSilent: boolean
}

export interface Units {
  unit: 'page' | 'slide' | 'sheet'
  pairs: UnitPair[]
}

const KINDS = ['page', 'slide', 'sheet'] as const

interface Texts {
  from: readonly Block[]
  to: readonly Block[]
  rows: readonly Row[]
}

/**
 * Which page became which, by the text they share: a page put in between shifts the others and
 * changes none of them. Undefined for texts without pages, slides or sheets.
 *
 * @param counts how many pages each file has, those without text included
 */
export function alignUnits(
  texts: Texts,
  counts: { from?: number; to?: number } = {},
): Units | undefined {
  const unit = KINDS.find((kind) =>
    [...texts.from, ...texts.to].some(({ locator }) => locator[kind]),
  )
  if (!unit) return undefined
  const nameOf = ({ locator }: Block) => locator[unit]
  const names = {
    from: namesOf(texts.from, unit, counts.from),
    to: namesOf(texts.to, unit, counts.to),
  }
  const at = { from: indexOf(names.from), to: indexOf(names.to) }
  const shared = new Map<number, number>()
  const changes = { from: new Map<number, number>(), to: new Map<number, number>() }
  for (const row of texts.rows) {
    const [old, now] = [texts.from[row.from ?? -1], texts.to[row.to ?? -1]]
    const [from, to] = [at.from.get(old && nameOf(old)), at.to.get(now && nameOf(now))]
    if ((row.kind === 'same' || row.kind === 'changed') && from !== undefined && to !== undefined) {
      const key = from * names.to.length + to
      shared.set(key, (shared.get(key) ?? 0) + (old?.text.length ?? 0))
    }
    if (row.kind === 'same') continue
    if (from !== undefined && row.kind !== 'moved_here') add(changes.from, from)
    if (to !== undefined && row.kind !== 'moved_away') add(changes.to, to)
  }
  const links = [...shared]
    .map(([key, weight]) => ({
      from: Math.floor(key / names.to.length),
      to: key % names.to.length,
      weight,
    }))
    .sort((one, other) => one.from - other.from)
  const silent = {
    from: silentOf(names.from, texts.from, unit),
    to: silentOf(names.to, texts.to, unit),
  }
  const pairs = inBetween(heaviestChain(links), names).map(({ from, to }) => ({
    ...(from !== undefined && { from: names.from[from] as number | string }),
    ...(to !== undefined && { to: names.to[to] as number | string }),
    changes: Math.max(
      from === undefined ? 0 : (changes.from.get(from) ?? 0),
      to === undefined ? 0 : (changes.to.get(to) ?? 0),
    ),
    isSilent:
      (from === undefined || silent.from.has(from)) && (to === undefined || silent.to.has(to)),
  }))
  return { unit, pairs }
}

const add = (counts: Map<number, number>, at: number) => counts.set(at, (counts.get(at) ?? 0) + 1)

/** In order of reading; pages and slides from 1 without a gap. */
function namesOf(blocks: readonly Block[], unit: (typeof KINDS)[number], count = 0) {
  if (unit === 'sheet') return [...new Set(blocks.flatMap(({ locator: { sheet } }) => sheet ?? []))]
  const last = blocks.reduce(
    (most, { locator }) => Math.max(most, Number(locator[unit] ?? 0)),
    count,
  )
  return Array.from({ length: last }, (_, index) => index + 1)
}

const indexOf = (names: readonly (number | string)[]) =>
  new Map<Locator['page'] | Locator['sheet'], number>(names.map((name, index) => [name, index]))

function silentOf(
  names: readonly (number | string)[],
  blocks: readonly Block[],
  unit: (typeof KINDS)[number],
): Set<number> {
  const heard = new Set(blocks.map(({ locator }) => locator[unit]))
  return new Set(names.flatMap((name, index) => (heard.has(name as never) ? [] : [index])))
}

interface Opposite {
  from?: number
  to?: number
}

/**
 * The units of the chain, and what lies between them: as many on both sides are each other's, of
 * others nothing can be said.
 */
function inBetween(
  chain: readonly { from: number; to: number }[],
  names: { from: readonly unknown[]; to: readonly unknown[] },
): Opposite[] {
  const pairs: Opposite[] = []
  let [from, to] = [0, 0]
  for (const next of [...chain, { from: names.from.length, to: names.to.length }]) {
    const isEven = next.from - from === next.to - to
    while (isEven && from < next.from) pairs.push({ from: from++, to: to++ })
    while (from < next.from) pairs.push({ from: from++ })
    while (to < next.to) pairs.push({ to: to++ })
    if (from < names.from.length || to < names.to.length) pairs.push({ from: from++, to: to++ })
  }
  return pairs
}
