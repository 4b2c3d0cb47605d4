import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { holdAlone, holdAsDoor } from './instance-lock.ts'

let folder: string
let children: ChildProcess[]

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'onefold-lock-'))
  children = []
})
afterEach(() => {
  for (const child of children) child.kill('SIGKILL')
  rmSync(folder, { recursive: true })
})

/** Another process that holds the folder. */
async function otherProcess(call: string): Promise<ChildProcess> {
  const module = JSON.stringify(join(import.meta.dirname, 'instance-lock.ts'))
  const source = `import { holdAlone, holdAsDoor } from ${module}
    const lock = await ${call}
    console.log('held')
    setInterval(() => lock, 1000)`
  const child = spawn(process.execPath, ['--input-type=module-typescript', '--eval', source], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  children.push(child)
  await once(child.stdout, 'data')
  return child
}

const ALONE = () => `holdAlone(${JSON.stringify(folder)})`
const SUPERVISOR = () => `${ALONE()}.then((lock) => (lock.admitDoors(), lock))`
const DOOR = () => `holdAsDoor(${JSON.stringify(folder)})`

describe('the lock of a data folder', () => {
  it('refuses a second supervisor and names the process of the first', async () => {
    const first = await otherProcess(SUPERVISOR())
    await expect(holdAlone(folder)).rejects.toMatchObject({
      code: 'conflict',
      reason: 'ALREADY_RUNNING',
      message: expect.stringContaining(`(process ${first.pid})`),
    })
  })

  it('lets the doors in beside their supervisor', async () => {
    await otherProcess(SUPERVISOR())
    const door = await holdAsDoor(folder)
    door.release()
  })

  it('keeps the doors out while it is held alone', async () => {
    await otherProcess(ALONE())
    await expect(holdAsDoor(folder)).rejects.toMatchObject({ reason: 'ALREADY_RUNNING' })
  })

  it('is not held alone while a door of somebody else is open', async () => {
    const door = await otherProcess(DOOR())
    await expect(holdAlone(folder)).rejects.toMatchObject({
      message: expect.stringContaining(String(door.pid)),
    })
  })

  it('is free again when its process was killed', async () => {
    const first = await otherProcess(SUPERVISOR())
    first.kill('SIGKILL')
    await once(first, 'exit')
    const lock = await holdAlone(folder)
    lock.release()
  })

  it('is free again after release', async () => {
    const lock = await holdAlone(folder)
    lock.admitDoors()
    lock.release()
    await otherProcess(ALONE())
  })
})
