import type { Digest } from '../digest.ts'
import type { Ports } from '../ports/index.ts'

/** Setting that tells under which key the tags in the catalog were made. */
const TAG_CHECK = 'tag_check'
/** Of no bytes at all: its tag depends on nothing but the key. */
const NO_BYTES = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855' as Digest

/**
 * Gives contents new tags when the master key is another than before: one that was lost, or changed
 * on purpose. Under the old tags every content would be taken for a new one. Runs before anything
 * else does; cut short, it begins again.
 *
 * @returns contents with a new tag
 */
export async function keepTags({
  catalog,
  keys,
}: Pick<Ports, 'catalog' | 'keys'>): Promise<number> {
  const check = keys.tag(NO_BYTES)
  if ((await catalog.settings.putOnce(TAG_CHECK, check)) === check) return 0
  const changed = await catalog.blobs.retag()
  await catalog.settings.put(TAG_CHECK, check)
  return changed
}
