import { readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { keyAfter, keysIn, keyText } from '../../core/audit/key.ts'
import { temporaryFolder } from '../../tests/temporary-folder.ts'
import { diskKeyRing } from './audit-key.ts'

const HOUR = 3_600_000

it('keeps the key of the moment alone, for its user alone', async () => {
  const folder = await temporaryFolder()
  let now = 1
  const ring = diskKeyRing(folder, { now: () => now })
  const first = Buffer.from(ring.keyFor(undefined).key)
  expect(ring.firstKey()).toEqual(first)
  ring.forgetFirst()
  expect(ring.firstKey()).toBeUndefined()
  expect(ring.advance()).toBe(false)
  now += HOUR
  expect(ring.advance()).toBe(true)
  expect(ring.keyFor(undefined)).toMatchObject({ epoch: 1, key: keyAfter(first, 1) })
  expect(await readdir(folder)).toEqual(['audit.key'])
  const text = await readFile(join(folder, 'audit.key'), 'utf8')
  expect(text).not.toContain(first.toString('hex'))
  expect((await stat(join(folder, 'audit.key'))).mode & 0o777).toBe(0o600)
})

it('is one ring for all processes: whoever is behind gets to where the others are', async () => {
  const folder = await temporaryFolder()
  let now = 1
  const [one, other] = [0, 1].map(() => diskKeyRing(folder, { now: () => now }))
  now += HOUR
  one?.advance()
  const { key, ...at } = one?.keyFor(undefined) ?? {}
  expect(other?.keyFor(undefined).epoch).toBe(0)
  // As it finds the chain, or as it looks at the file; and neither moves it on once more.
  expect(other?.keyFor(at as { chain: string; epoch: number }).key).toEqual(key)
  expect(other?.advance()).toBe(false)
  one?.renew()
  expect(other?.advance()).toBe(false)
  expect(other?.keyFor(undefined)).toEqual(one?.keyFor(undefined))
})

it('moves on by the hour however the clock is set, and once only', async () => {
  const folder = await temporaryFolder()
  let now = 10 * HOUR
  const ring = diskKeyRing(folder, { now: () => now })
  for (const set of [now - HOUR, now + 1_000 * HOUR]) {
    now = set
    expect([ring.advance(), ring.advance()]).toEqual([true, false])
  }
})

it('goes on from every step of a first start and of a move that a crash cut short', async () => {
  const folder = await temporaryFolder()
  let now = 1
  const path = join(folder, 'audit.key')
  const open = () => diskKeyRing(folder, { now: () => now })
  // The first key lies there, the key of the moment does not.
  const text = 'ofk1.00000000.bad'
  await writeFile(join(folder, 'audit-first.key'), text)
  expect(open).toThrow(expect.objectContaining({ reason: 'AUDIT_KEY' }))
  await writeFile(join(folder, 'audit-first.key'), keyText(Buffer.alloc(32, 7)))
  const ring = open()
  expect(ring.keyFor(undefined).key).toEqual(Buffer.alloc(32, 7))
  // The chain went on, and the file did not: an old key leads to the new one.
  const old = await readFile(path)
  now += HOUR
  ring.advance()
  const ahead = ring.keyFor(undefined)
  await writeFile(path, old)
  expect(open().keyFor(ahead)).toMatchObject({ epoch: 1, key: ahead.key })
  // Half a file is no key, and none is made in its place.
  await writeFile(path, old.subarray(0, 40))
  expect(open).toThrow(expect.objectContaining({ reason: 'AUDIT_KEY' }))
})

it('knows a key again that was written down, and none that was mistyped', () => {
  const text = keyText(Buffer.alloc(32, 9))
  expect([...keysIn(`kept: ${text}\n`).values()]).toEqual([Buffer.alloc(32, 9)])
  expect(keysIn(text.replace('CQ', 'CR')).size).toBe(0)
})
