import type { Hit } from '../../api-types.ts'

/** The hits of one file: the best of them, and further places in it. */
export interface FileHits {
  best: Hit
  more: Hit[]
}

/** Hits gathered by file, in the order of each file's best one. */
export function byFile(hits: readonly Hit[]): FileHits[] {
  const files = new Map<string, FileHits>()
  for (const hit of hits) {
    const known = files.get(hit.document_id)
    if (known) known.more.push(hit)
    else files.set(hit.document_id, { best: hit, more: [] })
  }
  return [...files.values()]
}
