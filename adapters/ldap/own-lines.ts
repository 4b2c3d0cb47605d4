import type { DirectoryPerson } from '../../core/ports/index.ts'
import type { Connection } from './connection.ts'
import { peopleByIds } from './people.ts'
import type { Schema } from './schema.ts'

/** A line is given up when nobody has asked about its person for this long, in milliseconds. */
const IDLE_MS = 5 * 60_000
/** Lines that are kept at most; the oldest goes first, and its person signs in again. */
const MOST = 2_000

/**
 * Lines that people have come in by, kept to ask about them while they are here: where there is no
 * service account, and no password is kept, nobody but they themselves may ask.
 */
export interface OwnLines {
  keep(objectId: string, line: { connection: Connection; schema: Schema }): void
  /** Those who can be asked about; who is not in the answer is not known any more. */
  lookUp(objectIds: readonly string[]): Promise<Map<string, DirectoryPerson>>
}

export function ownLines(): OwnLines {
  const lines = new Map<string, { connection: Connection; schema: Schema; askedAt: number }>()
  const drop = (objectId: string) => {
    lines.get(objectId)?.connection.close()
    lines.delete(objectId)
  }
  return {
    keep(objectId, line) {
      drop(objectId)
      // A process that is to end does not wait for it.
      line.connection.rest()
      lines.set(objectId, { ...line, askedAt: performance.now() })
      const [oldest] = lines.keys()
      if (lines.size > MOST && oldest !== undefined) drop(oldest)
    },

    async lookUp(objectIds) {
      const found = new Map<string, DirectoryPerson>()
      for (const objectId of objectIds) {
        const line = lines.get(objectId)
        if (!line) continue
        line.askedAt = performance.now()
        try {
          const people = await peopleByIds(line.connection, line.schema, [objectId])
          for (const [id, person] of people) found.set(id, person)
        } catch {
          // Whatever it is: who cannot be asked about any more signs in again.
          drop(objectId)
        }
      }
      for (const [objectId, { askedAt }] of lines) {
        if (performance.now() - askedAt > IDLE_MS) drop(objectId)
      }
      return found
    },
  }
}
