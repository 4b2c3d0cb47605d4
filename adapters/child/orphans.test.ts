import { spawn, spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { fileOf } from '../../tests/open-file.ts'
import { temporaryFolder } from '../../tests/temporary-folder.ts'
import { bareSandbox } from './bare.ts'
import { runParser } from './run.ts'
import type { Sandbox } from './sandbox.ts'
import { socketSandbox } from './socket.ts'

const MIB = 1024 * 1024
const ROOT = join(import.meta.dirname, '..', '..')
const hasBwrap = spawnSync('bwrap', ['--ro-bind', '/', '/', 'true']).status === 0

/** Leaves everything by which it could be found, but its pipes; then it sleeps. */
const leaving = (marker: string) => `
  import { spawn } from 'node:child_process'
  import { writeSync } from 'node:fs'
  const options = { stdio: ['ignore', 'inherit', 'inherit', 3], detached: true, env: {}, cwd: '/' }
  spawn('/bin/sleep', ['${marker}'], options).unref()
  writeSync(3, '{"done":true}\\n')`

async function read(command: readonly string[], walls: Sandbox): Promise<Uint8Array> {
  const { fd } = await fileOf('the file')
  const limits = { memoryBytes: 200 * MIB, cpuSeconds: 10, wallMs: 120_000 }
  const options = { command, limits, sandbox: async () => walls }
  return runParser(options, { fd, request: {}, maxOutputBytes: MIB })
}

/** Who sleeps for so long on this machine. */
function sleepers(marker: string): number[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  return pids.map(Number).filter((pid) => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'latin1').startsWith(`/bin/sleep\0${marker}\0`)
    } catch {
      return false // it ended meanwhile
    }
  })
}

it('does not wait for what a parser left behind and cannot be found, though it holds the pipes', async () => {
  const marker = `5${process.pid}`
  const path = join(await temporaryFolder(), 'parser.mjs')
  writeFileSync(path, leaving(marker))
  onTestFinished(() => {
    for (const pid of sleepers(marker)) process.kill(pid, 'SIGKILL')
  })
  expect(await read([process.execPath, path], bareSandbox)).toHaveLength(0)
  expect(sleepers(marker)).toHaveLength(1)
}, 60_000)

it.skipIf(!hasBwrap)(
  'leaves nothing of a parser in a container of readers, and reads on',
  async () => {
    const marker = `6${process.pid}`
    const folder = await temporaryFolder()
    const socket = join(folder, 'extract.sock')
    const parser = join(folder, 'parser.mjs')
    writeFileSync(parser, leaving(marker))
    const container = [
      '--dev-bind',
      '/',
      '/',
      '--unshare-pid',
      '--die-with-parent',
      '--proc',
      '/proc',
    ]
    const instead = ['--ro-bind', parser, join(ROOT, 'worker', 'parse', 'main.ts')]
    const reader = [process.execPath, join(ROOT, 'worker', 'serve', 'main.ts'), '--listen', socket]
    const readers = spawn('bwrap', [...container, ...instead, ...reader, '--alone'], {
      stdio: ['ignore', 'inherit', 'inherit'],
    })
    onTestFinished(() => void readers.kill('SIGKILL'))
    await expect.poll(() => existsSync(socket), { timeout: 60_000 }).toBe(true)
    for (let round = 0; round < 2; round++) {
      expect(await read([], socketSandbox(socket))).toHaveLength(0)
      await expect.poll(() => sleepers(marker), { timeout: 30_000 }).toEqual([])
    }
  },
  180_000,
)
