import { appendFileSync, closeSync, openSync, renameSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { rawPathOfText } from '../../core/share/raw-path.ts'
import { PATIENCE_MS } from '../../watcher/ending.ts'
import { glance, shareWatch } from '../../watcher/share-watch.ts'
import { nextOf, takeOne } from '../../watcher/take-one.ts'
import { manualClock } from '../manual-clock.ts'
import { contents, paths, type WatchedShare, watchedShare } from './watched-share.ts'

const { signal } = new AbortController()
const SETTLE_MS = 2_000
const TICK_MS = 250

/**
 * A share that is watched on a clock of its own. What the file system says of times is now to it: its
 * wall clock stands still, and only time that passed counts.
 */
async function slowShare() {
  const on = await watchedShare({ settleMs: SETTLE_MS })
  const clock = manualClock(Date.now() - 3_600_000)
  const start = clock.now()
  const watch = shareWatch({ ...on.ports, clock }, on.share, { scanIntervalMs: 1, listens: false })
  watch.root = on.folder
  const wanted = new Set<string>()
  /** Lets time pass, while everything that is there is heard of and taken. */
  const pass = async (ms: number) => {
    for (let passed = 0; passed < ms; passed += TICK_MS) {
      clock.advance(TICK_MS)
      clock.setWall(start)
      for (const name of wanted) glance(watch, rawPathOfText(name))
      for (let next = nextOf(watch); next; next = nextOf(watch)) {
        await takeOne(watch, next, signal)
      }
    }
  }
  return { ...on, pass, hear: (name: string) => void wanted.add(name) }
}

const whole = (on: WatchedShare, name: string) => contents(on, name)

it('R1 half-written files: a byte every 0.75 s, for ten minutes', async () => {
  const on = await slowShare()
  const content = `%PDF-1.7\n${'x'.repeat(840)}\n%%EOF\n`
  on.hear('scan.pdf')
  const bytes = Buffer.from(content)
  const file = openSync(join(on.folder, 'scan.pdf'), 'w')
  for (const byte of bytes) {
    writeSync(file, Buffer.of(byte))
    await on.pass(750)
  }
  closeSync(file)
  await on.pass(2 * SETTLE_MS)
  expect(await whole(on, 'scan.pdf')).toEqual([content])
})

it('R1 half-written files: fifty documents, with pauses of 0.5 to 30 s between their parts', async () => {
  const on = await slowShare()
  const formats = [
    ['pdf', '%PDF-1.7 ', ' %%EOF'],
    ['docx', 'PK\x03\x04', `PK\x05\x06${'\0'.repeat(18)}`],
    ['png', '\x89PNG\r\n\x1a\n', 'IEND\xae\x42\x60\x82'],
    ['jpg', '\xff\xd8\xff\xe0', '\xff\xd9'],
  ] as const
  const documents = Array.from({ length: 50 }, (_, i) => {
    const [ending, begin, end] = formats[i % formats.length] ?? formats[0]
    return { name: `${i}.${ending}`, parts: [begin, 'first', 'second', end] }
  })
  for (const part of [0, 1, 2, 3]) {
    for (const { name, parts } of documents) {
      on.hear(name)
      appendFileSync(join(on.folder, name), Buffer.from(parts[part] ?? '', 'latin1'))
    }
    await on.pass([500, 30_000, 5_000, 0][part] ?? 0)
    expect(await paths(on)).toEqual([])
  }
  await on.pass(2 * SETTLE_MS)
  expect((await paths(on)).length).toBe(50)
  for (const { name, parts } of documents.slice(0, 8)) {
    const stored = (await whole(on, name)).map((text) => Buffer.from(text).length)
    expect([name, stored]).toEqual([
      name,
      [Buffer.from(Buffer.from(parts.join(''), 'latin1').toString()).length],
    ])
  }
})

it('R1 half-written files: renamed into place, and opened again when it was stable', async () => {
  const on = await slowShare()
  on.hear('a.txt')
  writeFileSync(join(on.folder, 'a.txt.part'), 'half')
  await on.pass(10 * SETTLE_MS)
  appendFileSync(join(on.folder, 'a.txt.part'), ' and half')
  renameSync(join(on.folder, 'a.txt.part'), join(on.folder, 'a.txt'))
  await on.pass(2 * SETTLE_MS)
  expect(await whole(on, 'a.txt')).toEqual(['half and half'])
  const file = openSync(join(on.folder, 'a.txt'), 'a')
  for (let i = 0; i < 20; i++) {
    writeSync(file, '+')
    await on.pass(1_500)
  }
  closeSync(file)
  await on.pass(2 * SETTLE_MS)
  expect(await whole(on, 'a.txt')).toEqual(['half and half', `half and half${'+'.repeat(20)}`])
})

it('takes a file as it is whose end never comes', async () => {
  const on = await slowShare()
  on.hear('cut.pdf')
  writeFileSync(join(on.folder, 'cut.pdf'), '%PDF-1.7 cut')
  await on.pass(PATIENCE_MS - 1_000)
  expect(await paths(on)).toEqual([])
  await on.pass(5_000)
  expect(await whole(on, 'cut.pdf')).toEqual(['%PDF-1.7 cut'])
})
