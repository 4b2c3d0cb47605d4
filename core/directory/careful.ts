import type { Clock, Directory, DirectoryPerson } from '../ports/index.ts'
import { isOfDirectory } from './confirm.ts'

/** Who has just failed is not asked again for this long: nobody waits for the same silence twice. */
const REST_MS = 15_000

/**
 * A directory that is asked one thing once at a time, however many want to know it, and that is left
 * alone for a while after it did not answer. Somebody's wish to see all of it now is asked anyway.
 */
export function carefulDirectory(directory: Directory, clock: Pick<Clock, 'monotonic'>): Directory {
  let restUntil = Number.NEGATIVE_INFINITY
  let trouble: unknown
  let whole: ReturnType<Directory['snapshot']> | undefined
  const asked = new Map<string, Promise<DirectoryPerson | undefined>>()

  async function told<T>(ask: () => Promise<T>): Promise<T> {
    try {
      return await ask()
    } catch (cause) {
      if (isOfDirectory(cause)) {
        trouble = cause
        restUntil = clock.monotonic() + REST_MS
      }
      throw cause
    }
  }

  async function one(objectId: string): Promise<DirectoryPerson | undefined> {
    const known = asked.get(objectId)
    if (known) return known
    const found = told(async () => (await directory.lookUp([objectId])).get(objectId))
    asked.set(objectId, found)
    try {
      return await found
    } finally {
      asked.delete(objectId)
    }
  }

  return {
    ...directory,
    async lookUp(objectIds) {
      if (clock.monotonic() < restUntil) throw trouble
      const [first, ...others] = objectIds
      if (first === undefined) return new Map()
      if (others.length > 0) return told(() => directory.lookUp(objectIds))
      const person = await one(first)
      return new Map(person ? [[first, person]] : [])
    },
    async snapshot() {
      whole ??= told(() => directory.snapshot())
      try {
        return await whole
      } finally {
        whole = undefined
      }
    },
  }
}
