/** Calls on the way at the same time; the upload queue and the live stream need connections too. */
const AT_ONCE = 2

/**
 * Does one call for each item, a few at a time, and goes on after a failure: what can be done is
 * done. Returns the first failure, if there was one.
 */
export async function each<T>(
  items: readonly T[],
  call: (item: T) => Promise<unknown>,
): Promise<{ error: unknown } | undefined> {
  const queue = [...items]
  let failure: { error: unknown } | undefined
  const lane = async () => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) {
      await call(item).catch((error: unknown) => {
        failure ??= { error }
      })
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, lane))
  return failure
}
