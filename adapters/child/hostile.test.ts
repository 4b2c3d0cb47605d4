import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { fileOf } from '../../tests/open-file.ts'
import { temporaryFolder } from '../../tests/temporary-folder.ts'
import { bwrapSandbox } from './bwrap.ts'
import { runParser } from './run.ts'

const MIB = 1024 * 1024
const hasBwrap = spawnSync('bwrap', ['--ro-bind', '/', '/', 'true']).status === 0

async function runHostile(script: string, wallMs = 20_000): Promise<void> {
  const folder = await temporaryFolder()
  const path = join(folder, 'parser.cjs')
  writeFileSync(
    path,
    `const fs = require('node:fs'), cp = require('node:child_process')\n${script}`,
  )
  const { fd } = await fileOf('the file')
  const limits = { memoryBytes: 200 * MIB, cpuSeconds: 5, wallMs }
  await runParser(
    { command: [process.execPath, path], limits, sandbox: async () => bwrapSandbox },
    {
      fd,
      request: {},
      maxOutputBytes: MIB,
      readOnly: [folder],
      limits: { processes: 64, temporaryBytes: 32 * MIB },
    },
  )
}

/** Processes of this machine whose command line has this word. */
const alive = (word: string): number =>
  readdirSync('/proc').filter((pid) => /^\d+$/.test(pid) && commandLine(pid).includes(word)).length

function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8')
  } catch {
    return '' // It has ended meanwhile.
  }
}

const BOMB = `for (let i = 0; i < 500; i++) {
    const child = cp.spawn('/bin/sh', ['-c', 'sleep 4711 & sleep 4711 & wait'], { stdio: 'ignore' })
    child.on('error', (error) => fs.writeSync(2, error.code + '\\n'))
  }
  setInterval(() => {}, 1000)`

describe.runIf(hasBwrap)('C8 hang-and-leak: what a parser does to the machine ends with it', () => {
  it('a fork bomb', async () => {
    const bomb = runHostile(BOMB, 3_000)
    let most = 0
    const count = setInterval(() => {
      most = Math.max(most, alive('4711'))
    }, 200)
    await expect(bomb).rejects.toMatchObject({ code: 'internal' })
    clearInterval(count)
    expect(alive('4711')).toBe(0)
    expect(most).toBeLessThanOrEqual(64)
  })

  it('a parser that starts others, detached, and leaves', async () => {
    const script = `cp.spawn('sleep', ['4712'], { detached: true, stdio: 'ignore' }).unref()
      process.exit(3)`
    await expect(runHostile(script)).rejects.toMatchObject({ reason: 'PARSER_DIED' })
    expect(alive('4712')).toBe(0)
  })

  it('a full disk, which is memory of its own', async () => {
    const script = `for (let i = 0; ; i++) fs.writeFileSync('/tmp/' + i, Buffer.alloc(1e7))`
    const full = expect.objectContaining({ message: expect.stringContaining('ENOSPC') })
    await expect(runHostile(script)).rejects.toMatchObject({ reason: 'PARSER_DIED', cause: full })
  })

  it('a gigabyte of answer', async () => {
    const script = 'for (const b = Buffer.alloc(1e7), n = 0; ; ) fs.writeSync(1, b)'
    const before = process.memoryUsage().rss
    await expect(runHostile(script)).rejects.toMatchObject({ reason: 'PARSER_DIED' })
    expect(process.memoryUsage().rss - before).toBeLessThan(200 * MIB)
  })

  it('a gigabyte of talk', async () => {
    const script = `const b = Buffer.alloc(1e6, 'x')
      for (let n = 0; n < 1000; n++) fs.writeSync(3, b)`
    const before = process.memoryUsage().rss
    await expect(runHostile(script)).rejects.toMatchObject({ reason: 'PARSER_DIED' })
    expect(process.memoryUsage().rss - before).toBeLessThan(200 * MIB)
  })
})
