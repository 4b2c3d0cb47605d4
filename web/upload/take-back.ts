import type { Wire } from './wire.ts'

/**
 * Tells the server of uploads that were cancelled, one after the other: the files that are wanted go
 * first. What it does not hear of, it lets go by itself when nothing more comes.
 *
 * @returns takes the id of an upload
 */
export function takeBack({ cancel }: Pick<Wire, 'cancel'>): (docId: string) => void {
  let last = Promise.resolve()
  return (docId) => {
    // Refused when it is stored or gone already: then there is nothing to take back.
    last = last.then(() => cancel(docId)).catch(() => {})
  }
}
