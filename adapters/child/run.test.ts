import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { fileOf } from '../../tests/open-file.ts'
import { temporaryFolder } from '../../tests/temporary-folder.ts'
import { runParser } from './run.ts'

const MIB = 1024 * 1024

/** Runs `script` as if it were the parser. */
async function runScript(script: string, options: { wallMs?: number; signal?: AbortSignal } = {}) {
  const path = join(await temporaryFolder(), 'parser.cjs')
  writeFileSync(path, `const fs = require('node:fs')\n${script}`)
  const { fd } = await fileOf('the file')
  const limits = { memoryBytes: 200 * MIB, cpuSeconds: 2, wallMs: options.wallMs ?? 20_000 }
  return runParser(
    { command: [process.execPath, path], limits },
    { fd, request: { op: 'x' }, maxOutputBytes: MIB, signal: options.signal },
  )
}

/** What runs on this machine. A process that ends meanwhile has no command line any more. */
function commandLines(): string[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  return pids.map((pid) => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim()
    } catch {
      return ''
    }
  })
}

const DONE = `fs.writeSync(3, '{"done":true}\\n')`

describe('running a parser', () => {
  it('gives it the file on descriptor 0, the request as argument, and nothing else', async () => {
    const answer = await runScript(`
      const input = Buffer.alloc(100)
      const size = fs.readSync(0, input, 0, 100, 0)
      const { PATH, TMPDIR, HOME, LANG, ...others } = process.env
      fs.writeSync(1, JSON.stringify({
        input: input.toString('utf8', 0, size), request: process.argv.at(-1), others,
        here: process.cwd() === TMPDIR,
      }))
      ${DONE}`)
    expect(JSON.parse(Buffer.from(answer).toString())).toEqual({
      input: 'the file',
      request: '{"op":"x"}',
      others: {},
      here: true,
    })
  })

  it.each([
    [
      'a heap that grows',
      'const all = []; for (;;) all.push(new Array(1e4).fill(1.5))',
      'PARSER_MEMORY',
    ],
    [
      'buffers that grow',
      'const all = []; for (;;) all.push(Buffer.alloc(1e7, 1))',
      'PARSER_MEMORY',
    ],
    ['a loop', 'for (;;);', 'PARSER_TIMEOUT'],
    ['a crash', 'process.kill(process.pid, "SIGSEGV"); setTimeout(() => {}, 1e6)', 'PARSER_DIED'],
    ['an exit without an answer', 'process.exit(0)', 'PARSER_DIED'],
    ['an answer without the word that it is whole', 'fs.writeSync(1, "{}")', 'PARSER_DIED'],
    [
      'an endless answer',
      'for (const b = Buffer.alloc(1e6); ; ) fs.writeSync(1, b)',
      'PARSER_DIED',
    ],
    [
      'a blame that is not on the list',
      `fs.writeSync(3, '{"failed":{"reason":"ROOT"}}\\n')`,
      'PARSER_DIED',
    ],
    [
      'a full disk',
      'const f = fs.openSync("x", "w"); for (const b = Buffer.alloc(1e7); ; ) fs.writeSync(f, b)',
      'PARSER_DIED',
    ],
  ])('outlives %s', async (_what, script, reason) => {
    await expect(runScript(script)).rejects.toMatchObject({ code: 'internal', reason })
  })

  it('ends a parser that sleeps, and everything that it started', async () => {
    const marker = `3${process.pid}`
    const script = `require('node:child_process').spawn('sleep', ['${marker}'], { stdio: 'inherit' })
      setTimeout(() => {}, 1e6)`
    const sleeping = runScript(script, { wallMs: 500 })
    await expect(sleeping).rejects.toMatchObject({ reason: 'PARSER_TIMEOUT' })
    expect(commandLines()).not.toContain(`sleep ${marker}`)
  })

  it('does not start when it is called off before', async () => {
    const signal = AbortSignal.abort(new Error('called off'))
    await expect(runScript('process.exit(0)', { signal })).rejects.toThrow('called off')
  })

  it('keeps what the parser wrote before it died, for IT', async () => {
    const dying = runScript('console.error("out of ideas"); process.exit(3)')
    await expect(dying).rejects.toMatchObject({
      cause: expect.objectContaining({ message: expect.stringContaining('out of ideas') }),
    })
  })

  it('says so when the reader cannot be started at all', async () => {
    const { fd } = await fileOf('x')
    const command = ['/nowhere/node', 'x']
    const limits = { memoryBytes: 200 * MIB, cpuSeconds: 1, wallMs: 5000 }
    const run = runParser({ command, limits }, { fd, request: {}, maxOutputBytes: 1 })
    await expect(run).rejects.toMatchObject({ code: 'unavailable' })
  })
})
