import { promisify } from 'node:util'
import { gunzip, gzip } from 'node:zlib'
import type { Digest } from '../digest.ts'
import { AppError } from '../errors.ts'
import type { Coverage, Gap, Part } from '../model/locator.ts'
import type { Ports, Segment } from '../ports/index.ts'
import type { PartFailure } from './attempts.ts'
import { packedExtraction } from './extraction.ts'
import { cleanText, MAX_TEXT_BYTES } from './tidy.ts'

const deflate = promisify(gzip)
const inflate = promisify(gunzip)

const MINUTE_MS = 60_000

/** Reason of a stretch that is not in the file: no retry can give it. */
export const FILE_TRUNCATED = 'FILE_TRUNCATED'

/** A stretch of a recording that was listened to, or why it was not. */
export interface Stretch {
  fromMs: number
  untilMs: number
  segments: Segment[]
  /** ISO 639-1. */
  language?: string
  /** Who listened; several are joined by ` + `. */
  by?: string
  failure?: PartFailure
}

/** Stretches as they lie in the blob store, in order: JSON, gzip. */
export async function* encodeStretches(heard: readonly Stretch[]): AsyncGenerator<Uint8Array> {
  yield await deflate(JSON.stringify(heard), { level: 6 })
}

/** What the `speech` step found in a content; nothing when it has found nothing (yet). */
export async function readStretches(
  { blobs, catalog }: Pick<Ports, 'blobs' | 'catalog'>,
  digest: Digest,
): Promise<Stretch[]> {
  const row = await catalog.derivations.get(digest, 'speech')
  if (!row?.blobPath) return []
  try {
    const packed = await packedExtraction(blobs, row.blobPath)
    const json = await inflate(packed, { maxOutputLength: 8 * MAX_TEXT_BYTES })
    return JSON.parse(json.toString()) as Stretch[]
  } catch (cause) {
    throw new AppError('internal', 'The transcript of this file is damaged.', { cause })
  }
}

/** What was said, as located parts. */
export const spokenParts = (heard: readonly Stretch[]): Part[] =>
  heard
    .flatMap(({ segments }) => segments)
    .map(({ text, startMs, endMs }) => ({ text: cleanText(text), locator: { startMs, endMs } }))
    .filter(({ text }) => text !== '')

/** Everybody who listened to some of it, as in `by`. */
export const listenersOf = (heard: readonly Stretch[]): string =>
  [...new Set(heard.flatMap(({ by }) => by?.split(' + ') ?? []))].sort().join(' + ')

/** The language that most was said in. */
export function spokenLanguage(heard: readonly Stretch[]): string | undefined {
  const lengths = new Map<string, number>()
  for (const { language, segments } of heard) {
    const length = segments.reduce((sum, { text }) => sum + text.length, 0)
    if (language) lengths.set(language, (lengths.get(language) ?? 0) + length)
  }
  return [...lengths].toSorted((a, b) => b[1] - a[1])[0]?.[0]
}

/** The first part of `[0, durationMs)` that no stretch has heard, at most `mostMs` of it. */
export function firstGap(
  heard: readonly Stretch[],
  durationMs: number,
  mostMs: number,
): { fromMs: number; untilMs: number } | undefined {
  const gap = (fromMs: number, endMs: number) => ({
    fromMs,
    untilMs: Math.min(endMs, fromMs + mostMs),
  })
  let at = 0
  for (const { fromMs, untilMs } of heard.toSorted((a, b) => a.fromMs - b.fromMs)) {
    if (fromMs > at) return at < durationMs ? gap(at, Math.min(fromMs, durationMs)) : undefined
    at = Math.max(at, untilMs)
  }
  return at < durationMs ? gap(at, durationMs) : undefined
}

/** How many minutes were heard; of what is missing, from when to when. */
export function minutesOf(heard: readonly Stretch[], durationMs: number): Coverage {
  const total = Math.max(1, Math.ceil(durationMs / MINUTE_MS))
  const gaps = heard.flatMap(({ fromMs, untilMs, failure }): Gap[] =>
    failure ? [{ unit: 'ms', from: fromMs, to: untilMs, ...failure }] : [],
  )
  const lostMs = gaps.reduce((sum, { from, to }) => sum + to - from, 0)
  return {
    unit: 'minute',
    done: Math.max(0, total - Math.ceil(lostMs / MINUTE_MS)),
    total,
    missing: gaps.map(({ from, to, message }) => `${clock(from)} to ${clock(to)}: ${message}`),
    ...(gaps.length > 0 && { gaps }),
  }
}

/** Minutes that were not heard, or not whole, and may be another time; from 1. */
export function failedMinutes(heard: readonly Stretch[]): number[] {
  const minutes = new Set<number>()
  for (const { fromMs, untilMs, failure } of heard) {
    if (!failure || failure.reason === FILE_TRUNCATED) continue
    const last = Math.ceil(untilMs / MINUTE_MS)
    for (let at = Math.floor(fromMs / MINUTE_MS) + 1; at <= last; at++) minutes.add(at)
  }
  return [...minutes].toSorted((a, b) => a - b)
}

/** `1:05:09`, as players write it. */
function clock(ms: number): string {
  const seconds = Math.floor(ms / 1000)
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60]
  const two = (count: number) => String(count).padStart(2, '0')
  return `${hours > 0 ? `${hours}:${two(minutes)}` : minutes}:${two(seconds % 60)}`
}
