import type { TFunction } from 'i18next'
import type { Coverage } from '../../../api-types.ts'
import type { Format } from '../../../parts/format.ts'
import { whyWords } from '../reason.ts'
import { rangesOf } from './units.ts'

type Gap = NonNullable<Coverage['gaps']>[number]

/**
 * What was not read of a file and why, place by place: in the reader's language where the reason has a
 * code, else in the words of the server.
 *
 * @param message what is said of all of it already, and need not be said again
 */
export function whyLines(
  t: TFunction,
  format: Format,
  { missing, gaps = [] }: Coverage,
  message?: string | null,
): string[] {
  const isCoded = (line: string) => gaps.some((gap) => line.endsWith(`: ${gap.message}`))
  const others = missing.filter((line) => line !== message && !isCoded(line))
  return [...gaps.map((gap) => gapLine(t, format, gap)), ...others]
}

function gapLine(t: TFunction, format: Format, { unit, from, to, reason, message }: Gap): string {
  const place =
    unit === 'ms'
      ? `${format.clock(from)}–${format.clock(to)}`
      : t('read.gap', { count: to - from + 1, list: rangesOf(span(from, to), format.number) })
  return `${place}: ${whyWords(t, reason, message)}`
}

/** The ends are all that a range shows. */
const span = (from: number, to: number): number[] =>
  to - from > 1 ? Array.from({ length: to - from + 1 }, (_, at) => from + at) : [from, to]
