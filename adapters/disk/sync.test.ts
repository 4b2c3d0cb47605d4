import { expect, it } from 'vitest'
import { sharedSyncs } from './sync.ts'

/** A disk that says when a sync is over. */
function disk() {
  const begun: { path: string; end(): void; fail(cause: Error): void }[] = []
  const failures: unknown[] = []
  const sync = sharedSyncs(
    (path) =>
      new Promise<void>((resolve, reject) => {
        begun.push({ path, end: resolve, fail: reject })
      }),
    (cause) => void failures.push(cause),
  )
  return { begun, sync, failures }
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

it('fails those who wait for the next sync, too, when one fails, and asks the disk anew after them', async () => {
  const { begun, sync, failures } = disk()
  const all = [sync('ab'), sync('ab'), sync('ab'), sync('cd')]
  const broken = Object.assign(new Error('lost'), { code: 'EIO' })
  begun[0]?.fail(broken)
  begun[1]?.end()
  const ended = await Promise.allSettled(all)
  expect(ended.map(({ status }) => status)).toEqual([
    'rejected',
    'rejected',
    'rejected',
    'fulfilled',
  ])
  expect(begun).toHaveLength(2)
  expect(failures).toEqual([broken])
  const again = sync('ab')
  expect(begun).toHaveLength(3)
  begun[2]?.end()
  await again
})

it('takes only a disk that fails for one', async () => {
  const { begun, sync, failures } = disk()
  const first = sync('ab')
  begun[0]?.fail(Object.assign(new Error('too many open files'), { code: 'EMFILE' }))
  await expect(first).rejects.toThrow('open files')
  expect(failures).toEqual([])
})
