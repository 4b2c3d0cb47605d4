import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { eventually, type RunningBox, startBox } from './running-box.ts'

const FILES = 14
const KILLS = 4

let box: RunningBox
beforeAll(async () => {
  box = await startBox({ ONEFOLD_JOB_LEASE_MS: '2000' })
})
afterAll(() => box.stop())

it('loses and doubles nothing when the worker is killed in the middle of its work', async () => {
  for (let i = 0; i < FILES; i++) {
    await writeFile(join(box.dataDir, 'shares', 'inbox', `note-${i}.txt`), textOf(i))
  }
  let last = 0
  for (let kills = 0; kills < KILLS; kills++) {
    last = await eventually(async () => {
      const { worker } = await box.pids()
      return worker !== last && worker
    })
    await eventually(async () => query('select count(*) from jobs where state = ?', 'running') > 0)
    process.kill(last, 'SIGKILL')
  }
  await eventually(async () => {
    const { items } = await box.json<{ items: { understanding: string }[] }>(
      '/api/v1/documents?limit=100',
    )
    return items.length === FILES && items.every((each) => each.understanding === 'ready')
  }, 90_000)

  // Pictures come last; nobody waits for them to find a file.
  await eventually(async () =>
    query("select count(*) = 0 from jobs where state not in ('done', 'skipped')"),
  )
  expect(query('select count(*) from jobs where attempts > 1')).toBeGreaterThan(0)
  for (const step of ['probe', 'extract', 'chunk', 'embed', 'index']) {
    expect(query('select count(*) from derivations where step = ?', step)).toBe(FILES)
    expect(query('select count(*) from jobs where step = ?', step)).toBe(FILES)
  }
  expect(query('select count(*) from chunks')).toBe(
    query('select count(distinct digest) from chunks'),
  )
  const { hits } = await box.json<{ hits: { name: string }[] }>('/api/v1/search?q=number7exactly')
  expect(hits.map((hit) => hit.name)).toEqual(['note-7.txt'])
  expect(await problems()).toEqual([])
}, 180_000)

const textOf = (i: number) => `This is the note number${i}exactly, which nobody else has written.`

function query(text: string, ...values: unknown[]): number {
  const catalog = new Sqlite(join(box.dataDir, 'catalog.sqlite'), { readonly: true })
  try {
    return Number(
      catalog
        .prepare(text)
        .pluck()
        .get(...values),
    )
  } finally {
    catalog.close()
  }
}

async function problems(): Promise<string[]> {
  const { steps } = (await box.onefold('verify')) as { steps: { problems: string[] }[] }
  return steps.flatMap((step) => step.problems)
}
