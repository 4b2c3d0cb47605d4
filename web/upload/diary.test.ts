import { expect, it } from 'vitest'
import { Diary } from './diary.ts'
import { newItem, type UploadItem } from './item.ts'
import { file, forgetful, INBOX, only, setUp, shelf, until } from './testing/queue-world.ts'

const item = (name: string): UploadItem =>
  newItem(file(name), { destination: INBOX, onConflict: 'ask', batch: 'b', now: 1 })

/** A memory whose writing ends when the test says so. */
function slowShelf() {
  const memory = shelf()
  const gates: PromiseWithResolvers<void>[] = []
  const save: typeof memory.save = async (items) => {
    const copies = items.map(({ file: _, ...row }) => structuredClone(row))
    const gate = Promise.withResolvers<void>()
    gates.push(gate)
    await gate.promise
    await memory.save(copies)
  }
  return { ...memory, save, gates }
}

it('has a file remembered before any work on it begins', async () => {
  const memory = slowShelf()
  const hashed: string[] = []
  const hash = async (blob: Blob) => {
    hashed.push(`${[...memory.rows.values()].map((row) => row.name)} / ${await blob.text()}`)
    return 'd'.repeat(64)
  }
  const { queue } = await setUp(undefined, {
    memory,
    hasher: { hash, checksum: hash, proof: hash },
  })
  await queue.add([file('a.txt')], INBOX)
  expect(only(queue).state).toBe('fingerprinting')
  await until(queue, () => memory.gates.length === 1)
  expect(hashed).toEqual([])
  memory.gates[0]!.resolve()
  await until(queue, () => queue.tally.counts.uploading + queue.tally.counts.stored === 1)
  expect(hashed).toEqual(['a.txt / a.txt'])
})

it('gathers 10,000 new files into few writings', async () => {
  const memory = shelf()
  const writings: number[] = []
  const save: typeof memory.save = (items) => {
    writings.push(items.length)
    return memory.save(items)
  }
  const diary = new Diary({ ...memory, save }, 60_000, () => {})
  const items = Array.from({ length: 10_000 }, (_, index) => item(`${index}.txt`))
  for (const each of items) diary.added(each)
  await Promise.all(items.map((each) => diary.kept(each)))
  expect(memory.rows.size).toBe(10_000)
  expect(writings.length).toBe(100)
})

it('hands over in the same turn what a closing page must not lose', async () => {
  const memory = shelf()
  const diary = new Diary(memory, 60_000, () => {})
  const [kept, gone] = [item('kept.txt'), item('gone.txt')]
  for (const each of [kept, gone]) diary.added(each)
  await diary.kept(gone)
  kept.state = 'failed'
  diary.changed(kept)
  diary.gone(gone)
  diary.flush()
  expect([...memory.rows.values()].map((row) => row.state)).toEqual(['failed'])
})

it('lets work begin when the browser refuses to remember', async () => {
  const told: unknown[] = []
  const diary = new Diary(forgetful(), 60_000, (error) => told.push(error))
  const first = item('a.txt')
  diary.added(first)
  await diary.kept(first)
  const second = item('b.txt')
  diary.added(second)
  await diary.kept(second)
  await diary.close()
  expect(told).toHaveLength(1)
})
