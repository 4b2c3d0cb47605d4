import { expect, it } from 'vitest'
import { sharedSyncs } from './sync.ts'

/** A disk that says when a sync is over. */
function disk() {
  const begun: { path: string; end(): void; fail(cause: Error): void }[] = []
  const sync = sharedSyncs(
    (path) =>
      new Promise<void>((resolve, reject) => {
        begun.push({ path, end: resolve, fail: reject })
      }),
  )
  return { begun, sync }
}

it('lets those who come while a folder is synced share the next sync, and not the one under way', async () => {
  const { begun, sync } = disk()
  const first = sync('ab')
  const late = [sync('ab'), sync('ab'), sync('ab')]
  expect(begun).toHaveLength(1)
  begun[0]?.end()
  await first
  await expect.poll(() => begun.length).toBe(2)
  begun[1]?.end()
  await Promise.all(late)
  expect(begun).toHaveLength(2)
})

it('syncs other folders meanwhile, and a folder anew when nobody is at it', async () => {
  const { begun, sync } = disk()
  const both = [sync('ab'), sync('cd')]
  expect(begun.map(({ path }) => path)).toEqual(['ab', 'cd'])
  for (const each of begun) each.end()
  await Promise.all(both)
  const again = sync('ab')
  await expect.poll(() => begun.length).toBe(3)
  begun[2]?.end()
  await again
})

it('tells a failed sync to those who waited for that one, and to no others', async () => {
  const { begun, sync } = disk()
  const first = sync('ab')
  const late = sync('ab')
  begun[0]?.fail(new Error('EIO'))
  await expect(first).rejects.toThrow('EIO')
  await expect.poll(() => begun.length).toBe(2)
  begun[1]?.end()
  await late
})
