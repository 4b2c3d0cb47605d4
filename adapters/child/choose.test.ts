import { spawnSync } from 'node:child_process'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { temporaryFolder } from '../../tests/temporary-folder.ts'
import { chooseSandbox } from './choose.ts'
import { serveParser } from './serve.ts'

const PARSER = join(import.meta.dirname, '../../worker/parse/main.ts')
const hasBwrap = spawnSync('bwrap', ['--ro-bind', '/', '/', 'true']).status === 0

it('C7 sandbox-required: where none works nothing is read, and it says what to install', async () => {
  const choice = { socket: '/nowhere/extract.sock', command: [process.execPath, PARSER] }
  await expect(chooseSandbox({ ...choice, sandbox: 'socket' })).rejects.toMatchObject({
    code: 'unavailable',
    reason: 'NO_SANDBOX',
    message: expect.stringMatching(
      /apt-get install bubblewrap.*allow user namespaces.*ONEFOLD_SANDBOX=none.*ENOENT/,
    ),
  })
})

it('C7 sandbox-required: walls that are installed and do not work are none', async () => {
  const command = [process.execPath, '/nowhere/parser.ts']
  const choice = { sandbox: 'auto' as const, socket: '/nowhere/extract.sock', command }
  await expect(chooseSandbox(choice)).rejects.toMatchObject({ reason: 'NO_SANDBOX' })
})

it('C7 sandbox-required: walls that fail once and then work are taken', async () => {
  const socket = join(await temporaryFolder(), 'extract.sock')
  const command = [process.execPath, PARSER]
  let calls = 0
  const server = createServer({ allowHalfOpen: true }, (line) => {
    line.on('error', () => {})
    if (calls++ === 0) line.destroy()
    else serveParser({ input: line, output: line }, command).catch(() => line.destroy())
  })
  await new Promise<void>((resolve) => server.listen(socket, resolve))
  onTestFinished(() => void server.close())
  const { kind } = await chooseSandbox({ sandbox: 'socket', socket, command })
  expect({ kind, calls }).toEqual({ kind: 'socket', calls: 2 })
}, 60_000)

it('C7 sandbox-required: none is taken only by name', async () => {
  const choice = { socket: '/nowhere/extract.sock', command: [process.execPath, PARSER] }
  expect((await chooseSandbox({ ...choice, sandbox: 'none' })).kind).toBe('none')
  if (hasBwrap) expect((await chooseSandbox({ ...choice, sandbox: 'auto' })).kind).toBe('bwrap')
})

it.runIf(hasBwrap)(
  'walls are taken with their filter of system calls, or say that it is missing',
  async () => {
    const choice = { socket: '/nowhere/extract.sock', command: [process.execPath, PARSER] }
    expect((await chooseSandbox({ ...choice, sandbox: 'bwrap' })).lack).toBeUndefined()
    const before = Object.getOwnPropertyDescriptor(process, 'arch') ?? {}
    Object.defineProperty(process, 'arch', { ...before, value: 'riscv64' })
    onTestFinished(() => void Object.defineProperty(process, 'arch', before))
    const unfiltered = await chooseSandbox({ ...choice, sandbox: 'bwrap' })
    expect(unfiltered.lack).toMatch(/no filter of system calls works here .*known for riscv64/)
  },
  60_000,
)
