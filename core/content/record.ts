import { newId } from '../ids.ts'
import type { Tag } from '../keys.ts'
import type { Holding, Ports } from '../ports/index.ts'

type Stores = Pick<Ports, 'catalog' | 'keys' | 'kv'>

/**
 * What the KV keeps of a content under its tag, with the names that integrators know. It follows from
 * the catalog and is written for others to read: nothing here is decided by it.
 */
export interface ContentRecord {
  /** When the content came first, epoch ms. */
  uploaded: number
  /** The box that has it: a random id that tells nothing of where it stands. */
  server: string
  /** Stand-ins of those who put it in; the same person is another in every record. */
  users: string[]
}

const DAY_MS = 24 * 60 * 60_000
/** What nobody has changed or asked for is let go, and made again when it is wanted. */
const KEPT_MS = 30 * DAY_MS

const keyOf = (tag: Tag): string => `content:${tag}`

/** The random id of this box; made when it is first asked for. */
export const boxId = async ({ catalog }: Pick<Ports, 'catalog'>): Promise<string> =>
  (await catalog.settings.get('box_id')) ?? catalog.settings.putOnce('box_id', newId())

/** Writes the record of a content as the catalog has it. @throws AppError `unavailable` */
export async function writeRecord(
  { catalog, keys, kv }: Stores,
  { tag, uploadedAt, userIds }: Holding,
): Promise<void> {
  const record: ContentRecord = {
    uploaded: uploadedAt,
    server: await boxId({ catalog }),
    // Sorted by themselves: their order would tell which of two records are about the same people.
    users: userIds.map((id) => keys.holder(tag, id)).toSorted(),
  }
  await kv.put(keyOf(tag), JSON.stringify(record), KEPT_MS)
}

/** Writes it anew, or removes it when nobody has the content. @throws AppError `unavailable` */
export async function renewRecord(ports: Stores, tag: Tag): Promise<void> {
  const holding = await ports.catalog.holders.of(tag)
  if (holding) await writeRecord(ports, holding)
  else await ports.kv.remove(keyOf(tag))
}
