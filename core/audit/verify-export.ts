import { AppError } from '../errors.ts'
import { type ExportedEntry, headLineOf, lineOf, readLine } from './export.ts'
import type { SealedEntry } from './record.ts'
import type { Head } from './seal.ts'
import { type Verdict, verifyChain } from './verify.ts'

/**
 * Verifies an exported file by itself: needs neither the box nor its catalog. A line counts only when it
 * is what is written for its entry, to the byte, so that no other reader takes it for something else.
 *
 * @param lines of the file, the first one its header
 * @throws AppError `bad_request` for what is no exported file
 */
export async function verifyExport(
  lines: AsyncIterable<string>,
  keys: ReadonlyMap<string, Uint8Array>,
  heads: readonly Head[],
): Promise<Verdict & { isSelection: boolean }> {
  const iterator = lines[Symbol.asyncIterator]()
  const { value } = await iterator.next()
  const first = readLine(String(value ?? ''))
  if (first === 'unreadable' || !('header' in first)) {
    throw new AppError('bad_request', 'This is no exported audit: its first line is another one.')
  }
  const isSelection = first.header.selection
  const before = (entry: ExportedEntry) => entry.before
  const file: Body = { isSelection }
  const verdict = await verifyChain(entriesIn(iterator, file), {
    keys,
    heads,
    ...(isSelection && { before }),
  })
  const isCut = verdict.isSound && !isSelection && file.head !== verdict.head
  const problem = { kind: 'truncated', id: (verdict.until?.id ?? 0) + 1 } as const
  return { ...verdict, ...(isCut && { isSound: false, problem }), isSelection }
}

/** What was read of the lines after the header. */
interface Body {
  isSelection: boolean
  /** In the last line: whole files end with that of their last entry. */
  head?: string
}

/** What is no line of such a file stands for an entry without a seal, where it is. */
async function* entriesIn(lines: AsyncIterator<string>, file: Body): AsyncIterable<SealedEntry> {
  let id = 0
  for (let next = await lines.next(); !next.done; next = await lines.next()) {
    const line = file.head === undefined ? readLine(next.value) : 'unreadable'
    const isHead = line !== 'unreadable' && 'head' in line && next.value === headLineOf(line.head)
    if (isHead) file.head = line.head
    else if (line !== 'unreadable' && 'entry' in line && isExact(next.value, line.entry, file)) {
      id = line.entry.id
      yield line.entry
    } else yield { ...UNREADABLE, id: id + 1 }
  }
}

const isExact = (text: string, entry: ExportedEntry, { isSelection }: Body): boolean =>
  text === lineOf(entry, isSelection)

const UNREADABLE = {
  at: 0,
  userId: null,
  action: '',
  subject: '',
  subjectName: null,
  subjectPlace: null,
  detail: '',
  traceId: '',
  address: null,
  door: null,
}
