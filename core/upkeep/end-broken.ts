import type { ListedUpload, Ports } from '../ports/index.ts'

const PAGE = 500

/**
 * Ends uploads whose rows promise what is not there: bytes that are gone, an address that nobody was
 * told. They have failed then, which their owners are shown, and can be requested again like any
 * failed one. Only meaningful before anything else runs.
 */
export async function endBroken({
  blobs,
  catalog,
  clock,
}: Pick<Ports, 'blobs' | 'catalog' | 'clock'>): Promise<number> {
  const staged = new Set<string>()
  for await (const name of blobs.stagedNames()) staged.add(name)
  let ended = 0
  for (let after = ''; ; ) {
    const page = await catalog.uploads.unfinished(after, PAGE)
    for (const upload of page) {
      const error = whatIsWrong(upload, staged)
      if (error === undefined) continue
      const failed = { error, errorCode: 'unavailable' as const }
      await catalog.uploads.move(upload.id, 'UPLOAD_FAILED', failed, clock.now())
      ended++
    }
    const last = page.at(-1)
    if (!last || page.length < PAGE) return ended
    after = last.id
  }
}

function whatIsWrong(
  { id, status, arrivedBytes }: ListedUpload,
  staged: ReadonlySet<string>,
): string | undefined {
  if (status === 'UPLOAD_PENDING') {
    return 'The box stopped while this upload was prepared. Please request it again.'
  }
  // An empty file has arrived once it is received; parts have when there are some.
  const hasArrived = status === 'UPLOAD_RECEIVED' || arrivedBytes > 0
  if (!hasArrived || staged.has(id)) return undefined
  return 'The bytes of this upload are gone from the disk. Please send it again.'
}
