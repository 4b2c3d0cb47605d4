import type { Access } from '../access/access.ts'
import type { Digest } from '../digest.ts'
import type { Pointer, Ports } from '../ports/index.ts'

/**
 * Whether the caller can already read this content, and where. Read-only. A content that only others
 * hold is absent here: the same rows are looked at, the same answer given.
 */
export async function checkByDigest(
  { catalog }: Pick<Ports, 'catalog'>,
  access: Access,
  digest: Digest,
): Promise<Pointer | undefined> {
  const pointers = await catalog.passages.pointers([digest], access.visible, {})
  return pointers[0]
}
