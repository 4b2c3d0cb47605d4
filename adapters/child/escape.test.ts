import { spawnSync } from 'node:child_process'
import { expect, it } from 'vitest'
import { escapes, tableOf, tryToGetOut } from '../../tests/hostile/escape.ts'
import { bareSandbox } from './bare.ts'
import { bwrapSandbox, bwrapUnfiltered } from './bwrap.ts'

const hasBwrap = spawnSync('bwrap', ['--ro-bind', '/', '/', 'true']).status === 0

it.runIf(hasBwrap)('C6 sandbox-escape-probe: nothing gets out of bwrap', async () => {
  const found = await tryToGetOut(bwrapSandbox)
  console.log(tableOf(found))
  expect(escapes(found)).toEqual([])
  expect(Object.keys(found).length).toBeGreaterThan(50)
})

// Of the calls of the kernel those that every kernel grants, or takes no privilege to refuse.
const GRANTED = ['ptrace', 'process_vm_readv', 'personality', 'socket to the kernel', 'clone3']

it.runIf(hasBwrap)(
  'C6 sandbox-escape-probe: what the filter of system calls is there for',
  async () => {
    const calls = GRANTED.map((name) => `call ${name}`)
    const found = await tryToGetOut(bwrapUnfiltered, calls)
    expect(
      escapes(found)
        .map(([what]) => what)
        .sort(),
    ).toEqual(calls.sort())
  },
)

// What changes the machine is not attempted where nothing would hold it back.
const HARMLESS = ['connect to this machine', 'read the data folder', 'change the mode of the file']

it('C6 sandbox-escape-probe: without walls it gets out, which is why they are there', async () => {
  const found = await tryToGetOut(bareSandbox, HARMLESS)
  expect(escapes(found).map(([what]) => what)).toEqual(HARMLESS)
})
