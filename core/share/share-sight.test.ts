import { expect, it } from 'vitest'
import type { ShareMeasures } from '../ports/index.ts'
import { probeLines } from './probe-lines.ts'
import { chosenMode } from './share-sight.ts'

const disk = { name: 'ext4', isNetwork: false }
const server = { name: 'NFS', isNetwork: true }
const watches = { limit: 8_192, inUse: 100, needed: 50 }

const few = {
  files: 40,
  folders: 49,
  bytes: 1_000,
  isWhole: true,
  tookMs: 10,
  unreadable: 0,
  examples: [],
}

const measures = (change: Partial<ShareMeasures> = {}): ShareMeasures => ({
  mount: { type: 'ext4', source: '/dev/sda1', point: '/srv', isReadOnly: false },
  entries: few,
  inodes: { total: 1_000, free: 900 },
  freeBytes: { share: 2 ** 30, store: 2 ** 30 },
  watches,
  mayWrite: true,
  canary: { eventMs: 3, skewMs: 1 },
  canClone: false,
  ...change,
})

const levels = (found: ShareMeasures, on = disk) =>
  Object.fromEntries(
    probeLines(found, chosenMode(on, found)).map(({ what, level }) => [what, level]),
  )

it('listens to disks of this machine, and to nothing that others write to', () => {
  expect(chosenMode(disk)).toMatchObject({ place: 'local', mode: 'events' })
  expect(chosenMode(server)).toMatchObject({ place: 'network', mode: 'scan' })
  // Our own canary is heard on a network mount, too; what others write is not.
  const heard = { canary: { eventMs: 1, skewMs: 0 }, watches, entries: few }
  expect(chosenMode(server, heard).mode).toBe('scan')
  expect(chosenMode({ ...disk, name: 'unknown' }, heard)).toMatchObject({
    place: 'unknown',
    mode: 'scan',
  })
})

it('scans where an event was missed, and where the kernel has too few watches', () => {
  expect(chosenMode(disk, { canary: { skewMs: 0 }, watches, entries: few }).mode).toBe('scan')
  const many = { ...watches, needed: 8_100 }
  expect(chosenMode(disk, { watches: many, entries: few }).mode).toBe('scan')
  expect(chosenMode(disk, { watches, entries: few }).mode).toBe('events')
  const crowd = { ...few, files: 10_001 }
  expect(chosenMode(disk, { watches, entries: crowd }).mode).toBe('scan')
})

it('has nothing to say against a plain folder, and a line on everything', () => {
  expect(levels(measures())).toEqual({
    place: 'good',
    changes: 'good',
    clone: 'good',
    entries: 'good',
    inodes: 'good',
    watches: 'good',
    clock: 'good',
    room: 'good',
    rights: 'good',
  })
})

it('says what is wrong and what to do', () => {
  const entries = { ...measures().entries, bytes: 2 ** 40, unreadable: 2, examples: ['a', 'b/'] }
  const found = measures({
    mount: { type: 'nfs4', source: 'nas:/plans', point: '/srv', isReadOnly: false },
    entries,
    inodes: { total: 1_000, free: 10 },
    watches: { ...watches, needed: 9_000 },
    canary: { eventMs: 1, skewMs: -90_000 },
  })
  expect(levels(found, server)).toMatchObject({
    place: 'warn',
    changes: 'good',
    inodes: 'warn',
    watches: 'warn',
    clock: 'warn',
    room: 'bad',
    rights: 'warn',
  })
  const lines = probeLines(found, chosenMode(server, found))
  expect(lines.find(({ what }) => what === 'place')?.meaning).toMatch(/read-only/)
  expect(lines.find(({ what }) => what === 'rights')?.value).toBe('2 not readable: a, b/')
  expect(levels({ ...found, canClone: true }).room).toBe('good')
})
