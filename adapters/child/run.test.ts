import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { fileOf } from '../../tests/open-file.ts'
import { temporaryFolder } from '../../tests/temporary-folder.ts'
import { bareSandbox } from './bare.ts'
import { bwrapSandbox } from './bwrap.ts'
import { type Run, runParser } from './run.ts'
import type { Sandbox } from './sandbox.ts'
import { serveParser } from './serve.ts'
import { socketSandbox } from './socket.ts'

const MIB = 1024 * 1024

type Walls = (command: readonly string[]) => Promise<Sandbox>

/** Every kind of walls; behind the socket stands this process instead of systemd or a container. */
const WALLS: [string, Walls][] = [
  ['none', async () => bareSandbox],
  ['bwrap', async () => bwrapSandbox],
  ['socket', behindSocket],
]

const hasBwrap = spawnSync('bwrap', ['--ro-bind', '/', '/', 'true']).status === 0
const here = WALLS.filter(([name]) => name !== 'bwrap' || hasBwrap)

async function behindSocket(command: readonly string[]): Promise<Sandbox> {
  const path = join(await temporaryFolder(), 'extract.sock')
  const server = createServer({ allowHalfOpen: true }, (line) => {
    serveParser({ input: line, output: line }, command).catch(() => line.destroy())
  })
  await new Promise<void>((resolve) => server.listen(path, resolve))
  onTestFinished(() => void server.close())
  return socketSandbox(path)
}

type Options = Partial<Pick<Run, 'signal' | 'limits' | 'readOnly'>>

/** Runs `script` within walls as if it were the parser. */
async function runScript(walls: Walls, script: string, { readOnly = [], ...run }: Options = {}) {
  const folder = await temporaryFolder()
  const path = join(folder, 'parser.cjs')
  writeFileSync(path, `const fs = require('node:fs')\n${script}`)
  const file = await fileOf('the file')
  const limits = { memoryBytes: 200 * MIB, cpuSeconds: 1, wallMs: 20_000 }
  const command = [process.execPath, path]
  return runParser(
    { command, limits, sandbox: () => walls(command) },
    {
      fd: file.fd,
      request: { op: 'x' },
      maxOutputBytes: MIB,
      readOnly: [folder, ...readOnly],
      ...run,
    },
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

describe.each(here)('running a parser within %s', (_, walls) => {
  it('gives it the file on descriptor 0, the request as argument, and nothing else', async () => {
    const answer = await runScript(
      walls,
      `
      const input = Buffer.alloc(100)
      const size = fs.readSync(0, input, 0, 100, 0)
      const { PATH, TMPDIR, HOME, LANG, PWD, ...others } = process.env
      fs.writeSync(1, JSON.stringify({
        input: input.toString('utf8', 0, size), request: process.argv.at(-1), others,
        here: process.cwd() === TMPDIR,
      }))
      ${DONE}`,
    )
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
    await expect(runScript(walls, script)).rejects.toMatchObject({ code: 'internal', reason })
  })

  it('ends a parser that sleeps, and everything that it started', async () => {
    const marker = `3${process.pid}`
    const script = `require('node:child_process').spawn('sleep', ['${marker}'], { stdio: 'inherit' })
      setTimeout(() => {}, 1e6)`
    const sleeping = runScript(walls, script, { limits: { wallMs: 500 } })
    await expect(sleeping).rejects.toMatchObject({ reason: 'PARSER_TIMEOUT' })
    expect(commandLines()).not.toContain(`sleep ${marker}`)
  })

  it.each(['is stopped', 'ends'])(
    'ends with it, when it %s, what left its group of processes and holds its pipes',
    async (how) => {
      const marker = `4${process.pid}`
      const script = `require('node:child_process').spawn('setsid', ['sleep', '${marker}'],
          { stdio: ['ignore', 'inherit', 'inherit', 3], detached: true }).unref()
        if ('${how}' === 'is stopped') setTimeout(() => {}, 1e6)`
      const left = runScript(walls, script, { limits: { wallMs: how === 'ends' ? 20_000 : 1_000 } })
      const reason = how === 'ends' ? 'PARSER_DIED' : 'PARSER_TIMEOUT'
      await expect(left).rejects.toMatchObject({ reason })
      expect(commandLines()).not.toContain(`sleep ${marker}`)
    },
  )

  it('does not start when it is called off before', async () => {
    const signal = AbortSignal.abort(new Error('called off'))
    await expect(runScript(walls, 'process.exit(0)', { signal })).rejects.toThrow('called off')
  })

  it('keeps what the parser wrote before it died, for IT', async () => {
    const dying = runScript(walls, 'console.error("out of ideas"); process.exit(3)')
    await expect(dying).rejects.toMatchObject({
      cause: expect.objectContaining({ message: expect.stringContaining('out of ideas') }),
    })
  })

  it('does not take the word of a parser that it was never started', async () => {
    const script = `fs.writeSync(3, '{"started":true}\\n')
      fs.writeSync(2, 'bwrap: no permissions'); process.exit(1)`
    const lying = runScript(walls, script)
    await expect(lying).rejects.toMatchObject({ code: 'internal', reason: 'PARSER_DIED' })
  })

  it('says so when the reader cannot be started at all', async () => {
    const { fd } = await fileOf('x')
    const command = ['/nowhere/node', 'x']
    const limits = { memoryBytes: 200 * MIB, cpuSeconds: 1, wallMs: 5000 }
    const options = { command, limits, sandbox: () => walls(command) }
    const run = runParser(options, { fd, request: {}, maxOutputBytes: 1 })
    await expect(run).rejects.toMatchObject({ code: 'unavailable' })
  })
})
