import { AppError } from '../errors.ts'
import { type ExportedEntry, readLine } from './export.ts'
import type { SealedEntry } from './record.ts'
import type { Head } from './seal.ts'
import { type Verdict, verifyChain } from './verify.ts'

/**
 * Verifies an exported file by itself: needs neither the box nor its catalog.
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
  const verdict = await verifyChain(entriesIn(iterator), {
    keys,
    heads,
    ...(isSelection && { before }),
  })
  return { ...verdict, isSelection }
}

/** What cannot be read stands for an entry without a seal, where it is. */
async function* entriesIn(lines: AsyncIterator<string>): AsyncIterable<SealedEntry> {
  let id = 0
  for (let next = await lines.next(); !next.done; next = await lines.next()) {
    if (next.value === '') continue
    const line = readLine(next.value)
    if (line === 'unreadable') yield { ...UNREADABLE, id: id + 1 }
    else if ('entry' in line) {
      id = line.entry.id
      yield line.entry
    }
  }
}

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
