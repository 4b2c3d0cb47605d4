import type { Access } from '../access/access.ts'
import type { Digest } from '../digest.ts'
import type { Ports, Readable } from '../ports/index.ts'

type CheckPorts = Pick<Ports, 'catalog'>

/**
 * Which of these contents the caller can already read, and where: with what this very credential may
 * see, whoever its owner is. Read-only. What only others hold is absent here, and not looked at.
 *
 * @returns the newest document of each content that there is one of
 */
export async function checkByDigest(
  ports: CheckPorts,
  access: Access,
  digests: readonly Digest[],
): Promise<Map<Digest, Readable>> {
  const all = await documentsByDigest(ports, access, digests)
  return new Map([...all].map(([digest, [newest]]) => [digest, newest]))
}

/** As `checkByDigest`, but gives every document of each content, newest first. */
export async function documentsByDigest(
  { catalog }: CheckPorts,
  access: Access,
  digests: readonly Digest[],
): Promise<Map<Digest, [Readable, ...Readable[]]>> {
  const found = new Map<Digest, [Readable, ...Readable[]]>()
  if (digests.length === 0 || !access.actor.scopes.includes('read')) return found
  for (const row of await catalog.ingest.readable(digests, access.visible)) {
    const before = found.get(row.digest)
    if (before) before.push(row)
    else found.set(row.digest, [row])
  }
  return found
}
