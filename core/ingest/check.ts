import type { Access } from '../access/access.ts'
import type { Digest } from '../digest.ts'
import type { Ports, Readable } from '../ports/index.ts'

/**
 * Which of these contents the caller can already read, and where: with what this very credential may
 * see, whoever its owner is. Read-only. What only others hold is absent here, and not looked at.
 *
 * @returns the newest document of each content that there is one of
 */
export async function checkByDigest(
  { catalog }: Pick<Ports, 'catalog'>,
  access: Access,
  digests: readonly Digest[],
): Promise<Map<Digest, Readable>> {
  if (digests.length === 0 || !access.actor.scopes.includes('read')) return new Map()
  const rows = await catalog.ingest.readable(digests, access.visible)
  return new Map(rows.toReversed().map((row) => [row.digest, row]))
}
