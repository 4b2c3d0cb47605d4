import { createHash } from 'node:crypto'
import type { CatalogRows } from './images.ts'
import type { Answered } from './stepping.ts'
import type { Durable, Naming } from './world.ts'

/** A durable state as far as the protocol is concerned. */
export type View = CatalogRows & Pick<Durable, 'files'>

export const viewOf = ({ rows, files }: Durable): View => ({ ...rows, files })

/** Versions that somebody was told are stored, and whose removal nobody has begun. */
export type Promises = readonly string[]

interface Judged {
  promises: Promises
  naming: Naming
  /** Nobody is in the middle of anything: nothing is left over either. */
  isAtRest: boolean
  /** Files that nobody knows are none of what is wrong. */
  mayLeak: boolean
}

/** What is wrong with a state, at any moment; undefined for nothing. */
export function wrongWith(
  view: View,
  { promises, naming, isAtRest, mayLeak }: Judged,
): string | undefined {
  const fileOf = (path: string) =>
    naming === 'fresh' ? path : `${path.slice(0, 67)}.${'0'.repeat(26)}`
  const files = new Set(view.files)
  const blobs = new Map(view.blobs.map((blob) => [blob.id, blob]))
  for (const id of promises) {
    if (!view.versions.some((version) => version.id === id))
      return 'an acknowledged pointer is gone'
  }
  for (const { blob_id } of view.versions) {
    const blob = blobs.get(blob_id)
    if (!blob) return 'a pointer to no row'
    if (!files.has(fileOf(blob.path))) return 'data loss: a pointer to a file that is gone'
  }
  for (const { id, path, refs } of view.blobs) {
    const actual = view.versions.filter(({ blob_id }) => blob_id === id).length
    if (refs !== actual) return `a count of ${refs} for ${actual} references`
    if (!files.has(fileOf(path))) return 'a row whose file is gone'
  }
  if (view.blobs.filter(({ state }) => state === 'live').length > 1) return 'two live rows'
  if (mayLeak) return undefined
  const rows = new Set(view.blobs.map(({ path }) => fileOf(path)))
  const onTheWay = new Set([...view.intents, ...view.reaps].map(fileOf))
  for (const file of view.files) {
    if (!rows.has(file) && (isAtRest || !onTheWay.has(file))) return 'a file that nobody knows'
  }
  return undefined
}

/** Equal for states from which the same can come: paths by who made them, not by their random ends. */
export function keyOf(
  view: View,
  answers: readonly (readonly Answered[])[],
  rest: unknown,
): string {
  const told = answers.map((each) => JSON.stringify(each, plain))
  const text = JSON.stringify([view, told, rest])
  const names = new Map<string, string>()
  // Paths are made for those who publish: their answers name each of them first.
  for (const [, end] of `${told.join('')}${text}`.matchAll(/[0-9a-f]{64}\.([0-9a-z]{26})/g)) {
    if (end !== undefined && !names.has(end)) names.set(end, `path ${names.size}`)
  }
  const named = text.replace(
    /[0-9a-f]{64}\.([0-9a-z]{26})/g,
    (_, end: string) => names.get(end) ?? '',
  )
  return createHash('sha1').update(named).digest('base64')
}

/** Failures by what they say. */
const plain = (_: string, value: unknown): unknown =>
  value instanceof Error ? value.message : value
