import { codeOf } from '../errors.ts'
import type { Ports } from '../ports/index.ts'
import { renewRecord, writeRecord } from './record.ts'

type Stores = Pick<Ports, 'catalog' | 'clock' | 'keys' | 'kv' | 'log'>

const EVERY_MS = 1_000
const PAGE = 200
/** Pause between two pages, for everybody else. */
const BREATH_MS = 5
/** Present while the records are whole; after it ends they are all written again. */
const MARK = 'content-records'
const MARK_MS = 24 * 60 * 60_000

/**
 * Keeps the records of contents like the catalog until `signal` aborts: what changed, at once; all of
 * them, when the KV was emptied, and once a day. What cannot be written waits in the catalog.
 *
 * @param all whether to write all; a KV that is only this process fills as it is asked
 */
export async function mirrorRecords(
  ports: Stores,
  { all, signal }: { all: boolean; signal: AbortSignal },
): Promise<void> {
  while (!signal.aborted) {
    try {
      await renewChanged(ports)
      if (all && (await ports.kv.get(MARK)) === undefined) {
        ports.log.info('Records of contents written.', { ...(await writeAll(ports, { signal })) })
      }
    } catch (err) {
      // The KV says itself, once, that it is away.
      if (codeOf(err) !== 'unavailable') {
        ports.log.error('Records of contents could not be written.', { err })
      }
    }
    await ports.clock.sleep(EVERY_MS, signal)
  }
}

/** Writes the records of all contents whose holders changed. @throws AppError `unavailable` */
export async function renewChanged(ports: Omit<Stores, 'log'>): Promise<number> {
  let renewed = 0
  for (;;) {
    const changes = await ports.catalog.holders.changed(PAGE)
    await Promise.all(changes.map(({ tag }) => renewRecord(ports, tag)))
    if (changes.length > 0) await ports.catalog.holders.settled(changes)
    renewed += changes.length
    if (changes.length < PAGE) return renewed
  }
}

/** Writes the records of all contents. @throws AppError `unavailable` */
export async function writeAll(
  ports: Omit<Stores, 'log'>,
  { signal }: { signal?: AbortSignal } = {},
): Promise<{ records: number }> {
  let records = 0
  for (let after = ''; !signal?.aborted; ) {
    const page = await ports.catalog.holders.page(after, PAGE)
    await Promise.all(page.map((holding) => writeRecord(ports, holding)))
    records += page.length
    const last = page.at(-1)
    if (!last || page.length < PAGE) {
      await ports.kv.put(MARK, '1', MARK_MS)
      break
    }
    after = last.tag
    await ports.clock.sleep(BREATH_MS, signal)
  }
  return { records }
}
