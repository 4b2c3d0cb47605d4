import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { fileOf } from '../../tests/open-file.ts'
import { temporaryFolder } from '../../tests/temporary-folder.ts'
import { bareSandbox } from './bare.ts'
import { bwrapSandbox } from './bwrap.ts'
import { runParser } from './run.ts'
import type { Sandbox } from './sandbox.ts'

const ROOT = join(import.meta.dirname, '..', '..')
const HOSTILE = join(ROOT, 'tests', 'hostile')
const PROBE = join(HOSTILE, 'escape-probe.cjs')
const MIB = 1024 * 1024
const hasBwrap = spawnSync('bwrap', ['--ro-bind', '/', '/', 'true']).status === 0

/** A world outside that is worth reaching. */
async function target() {
  const dataDir = join(await temporaryFolder(), 'data')
  mkdirSync(dataDir)
  writeFileSync(join(dataDir, 'master.key'), 'secret')
  const socket = join(dataDir, 'door.sock')
  const doors = [createServer().listen(0, '127.0.0.1'), createServer().listen(socket)]
  await Promise.all(doors.map((door) => once(door, 'listening')))
  onTestFinished(() => {
    for (const door of doors) door.close()
  })
  const address = doors[0]?.address()
  return {
    port: address instanceof Object ? address.port : 0,
    socket,
    dataDir,
    repository: join(ROOT, '.git'),
    code: join(ROOT, 'core'),
    pid: process.pid,
    mark: 'vitest',
    fillBytes: 400 * MIB,
  }
}

async function tryToGetOut(walls: Sandbox, only?: string[]): Promise<Record<string, string>> {
  const { fd } = await fileOf('the file')
  const limits = { memoryBytes: 1024 * MIB, cpuSeconds: 20, wallMs: 60_000 }
  const answer = await runParser(
    { command: [process.execPath, PROBE], limits, sandbox: async () => walls },
    {
      fd,
      request: { target: await target(), ...(only && { only }) },
      maxOutputBytes: MIB,
      readOnly: [HOSTILE],
    },
  )
  return JSON.parse(Buffer.from(answer).toString())
}

const open = (found: Record<string, string>) =>
  Object.entries(found).filter(([, outcome]) => outcome !== 'blocked')

it.runIf(hasBwrap)('C6 sandbox-escape-probe: nothing gets out of bwrap', async () => {
  const found = await tryToGetOut(bwrapSandbox)
  console.log(
    Object.entries(found)
      .map(([what, outcome]) => `${what.padEnd(36)}${outcome}`)
      .join('\n'),
  )
  expect(open(found)).toEqual([['shell', 'allowed inside: 65534']])
  expect(Object.keys(found).length).toBeGreaterThan(30)
})

// What changes the machine is not attempted where nothing would hold it back.
const HARMLESS = ['connect to this machine', 'read the data folder', 'change the mode of the file']

it('C6 sandbox-escape-probe: without walls it gets out, which is why they are there', async () => {
  const found = await tryToGetOut(bareSandbox, HARMLESS)
  expect(open(found).map(([what]) => what)).toEqual([...HARMLESS, 'shell'])
})
