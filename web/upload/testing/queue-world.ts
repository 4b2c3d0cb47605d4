import { createHash } from 'node:crypto'
import { afterEach } from 'vitest'
import { checksumOf, digestOf } from '../digest.ts'
import type { Hasher } from '../hasher.ts'
import type { Destination, PickedFile, UploadItem } from '../item.ts'
import type { QueueMemory } from '../memory.ts'
import { proofOf } from '../proof.ts'
import { type QueueTools, UploadQueue } from '../queue.ts'
import { httpWire } from '../wire.ts'
import { fetchBody, type Receiver, receiver, type Trouble } from './receiver.ts'

export const INBOX: Destination = {
  chapterId: 'c1',
  chapterName: 'Inbox',
  bookName: 'Shared',
  folder: '',
}

const open: Receiver[] = []
afterEach(async () => {
  await Promise.all(open.splice(0).map((each) => each.close()))
})

export const hasher: Hasher = { hash: digestOf, checksum: checksumOf, proof: proofOf }

/** Keeps copies, as a browser's storage does. */
export function shelf(rows = new Map<string, UploadItem>()): QueueMemory & { rows: typeof rows } {
  const known = new Map<string, UploadItem>()
  const keyOf = ({ path, sizeBytes, lastModified }: UploadItem) =>
    [path, sizeBytes, lastModified].join('\n')
  const placeOf = ({ destination, folder }: UploadItem) => `${destination.chapterId}\n${folder}`
  return {
    rows,
    load: async () => [...rows.values()].map((row) => structuredClone(row)),
    save: async (items) => {
      for (const { file: _, ...item } of items) {
        rows.set(item.id, structuredClone(item))
        if (item.digest !== undefined) known.set(keyOf(item), structuredClone(item))
      }
    },
    forget: async (ids) => {
      for (const id of ids) rows.delete(id)
    },
    recall: async (items) =>
      items.map((item) => {
        const before = known.get(keyOf(item))
        if (before?.digest === undefined) return undefined
        const { digest, documentId } = before
        const isThere = documentId !== undefined && placeOf(before) === placeOf(item)
        return { digest, ...(isThere && { documentId }) }
      }),
    clear: async () => {
      rows.clear()
      known.clear()
    },
  }
}

interface Setting {
  partBytes?: number
  /** One that is there already, instead of a new one. */
  server?: Receiver
}

export async function setUp(
  trouble?: Trouble,
  { partBytes, server: known, ...tools }: Partial<QueueTools> & Setting = {},
) {
  const server = known ?? (await receiver(trouble, partBytes))
  if (!known) open.push(server)
  const queue = new UploadQueue({
    wire: httpWire({ origin: server.origin, sendBody: fetchBody }),
    hasher,
    memory: shelf(),
    notifyMs: 1,
    patience: { baseMs: 1, capMs: 4, maxTries: 3, random: () => 1 },
    ...tools,
  })
  return { server, queue }
}

export const file = (name: string, text = name, folder = ''): PickedFile => ({
  file: new File([text], name, { lastModified: 1 }),
  folder,
})

export const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')

/** Resolves when `condition` holds; the queue does not tell of what happens at the server. */
export async function until(queue: UploadQueue, condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 25_000
  while (!condition()) {
    if (Date.now() > deadline) throw new Error(`still ${JSON.stringify(queue.tally.counts)}`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

export const states = (queue: UploadQueue) => queue.items.map((item) => item.state)
export const only = (queue: UploadQueue) => queue.items[0]!

/** A browser that remembers nothing, and says so. */
export function forgetful(): QueueMemory {
  const refuse = () => Promise.reject(new Error('private window'))
  return { load: refuse, save: refuse, forget: refuse, recall: refuse, clear: refuse }
}
