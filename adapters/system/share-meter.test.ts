import { execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { temporaryFolder } from '../../tests/temporary-folder.ts'
import { parseMount } from './mounts.ts'
import { systemShareMeter } from './share-meter.ts'

const WISH = { mayWrite: true, mostEntries: 1_000, mostMs: 10_000 }
const isRoot = process.getuid?.() === 0

/** Whether this machine lets tests mount things. */
function canMount(): boolean {
  if (!isRoot) return false
  try {
    execFileSync('unshare', ['-m', 'true'], { stdio: 'ignore' })
    execFileSync('mount', ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

async function mounted(...options: string[]): Promise<string> {
  const folder = await temporaryFolder()
  execFileSync('mount', [...options, folder])
  onTestFinished(() => void execFileSync('umount', ['-l', folder]))
  return folder
}

it('measures a folder of this machine, hears its canary, and leaves nothing there', async () => {
  const folder = await temporaryFolder()
  mkdirSync(join(folder, 'a/b'), { recursive: true })
  writeFileSync(join(folder, 'a/b/plan.txt'), 'beams')
  writeFileSync(join(folder, 'caf\u00e9.txt'), '12345')
  const found = await systemShareMeter(await temporaryFolder()).measure(folder, WISH)
  expect(found.entries).toMatchObject({ files: 2, folders: 2, bytes: 10, isWhole: true })
  expect(found.entries).toMatchObject({ unreadable: 0, examples: [] })
  expect(found.canary?.eventMs).toBeLessThan(2_000)
  expect(Math.abs(found.canary?.skewMs ?? 0)).toBeLessThan(1_000)
  expect(found.watches.limit).toBeGreaterThan(0)
  expect(found.watches.needed).toBe(3)
  expect(found.freeBytes.store).toBeGreaterThan(0)
  expect(found.canClone).toBeTypeOf('boolean')
  expect(readdirSync(folder).sort()).toEqual(['a', 'caf\u00e9.txt'])
})

it('writes nothing where that is not wanted, and counts no further than it is told', async () => {
  const folder = await temporaryFolder()
  for (let i = 0; i < 20; i++) writeFileSync(join(folder, `${i}.txt`), '')
  const meter = systemShareMeter(await temporaryFolder())
  const found = await meter.measure(folder, { ...WISH, mayWrite: false, mostEntries: 5 })
  expect(found.canary).toBeUndefined()
  expect(found.entries).toMatchObject({ files: 5, isWhole: false })
  expect(found.canClone).toBeUndefined()
})

it('reads mounts as the kernel writes them, names with blanks too', () => {
  const line =
    '87 29 0:48 / /srv/our\\040plans rw,relatime shared:1 - cifs //nas/our\\040plans ro,vers=3.1.1'
  expect(parseMount(line)).toEqual({
    type: 'cifs',
    source: '//nas/our plans',
    point: '/srv/our plans',
    isReadOnly: true,
  })
  const mounts = readFileSync('/proc/self/mountinfo', 'utf8').trim().split('\n')
  expect(mounts.map(parseMount).filter(({ type, point }) => type === '' || point === '')).toEqual(
    [],
  )
})

it.runIf(canMount())('knows a memory disk, and one that is bound read-only', async () => {
  const disk = await mounted('-t', 'tmpfs', 'none')
  const meter = systemShareMeter(await temporaryFolder())
  const open = await meter.measure(disk, WISH)
  expect(open.mount).toMatchObject({ type: 'tmpfs', point: disk, isReadOnly: false })
  expect(open.canary?.eventMs).toBeDefined()
  writeFileSync(join(disk, 'a.txt'), 'a')
  const bound = await mounted('--bind', disk)
  execFileSync('mount', ['-o', 'remount,ro,bind', bound])
  const found = await meter.measure(bound, WISH)
  expect(found).toMatchObject({ mount: { isReadOnly: true, point: bound }, mayWrite: false })
  expect(found.canary).toBeUndefined()
})
