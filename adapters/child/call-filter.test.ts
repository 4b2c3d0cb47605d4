import { existsSync, readFileSync } from 'node:fs'
import { constants } from 'node:os'
import { expect, it } from 'vitest'
import { callFilter } from './call-filter.ts'
import { REFUSED } from './refused-calls.ts'

const { EPERM, ENOSYS, EAFNOSUPPORT } = constants.errno
const WORDS = { x64: 0xc000003e, arm64: 0xc00000b7 }
const I386 = 0x40000003

interface Call {
  number: number
  word?: number
  values?: readonly number[]
}

/** What the kernel would do at this call: the few instructions that there are, one after the other. */
function verdictOf(arch: keyof typeof WORDS, { number, word = WORDS[arch], values = [] }: Call) {
  const program = Buffer.from(callFilter(arch) ?? [])
  const data = Buffer.alloc(64)
  data.writeUInt32LE(number, 0)
  data.writeUInt32LE(word, 4)
  for (const [at, value] of values.entries()) data.writeBigUInt64LE(BigInt(value), 16 + 8 * at)
  let register = 0
  for (let at = 0; at < program.length; at += 8) {
    const value = program.readUInt32LE(at + 4)
    const jump = (isSo: boolean) => 8 * program.readUInt8(at + (isSo ? 2 : 3))
    const code = program.readUInt16LE(at)
    if (code === 0x06) return told(value)
    if (code === 0x20) register = data.readUInt32LE(value)
    else if (code === 0x15) at += jump(register === value)
    else if (code === 0x35) at += jump(register >= value)
    else if (code === 0x45) at += jump((register & value) !== 0)
    else throw new Error(`no such instruction: ${code}`)
  }
  throw new Error('it ran off its end')
}

function told(verdict: number): number | string {
  if (verdict === 0x7fff0000) return 'allowed'
  return verdict === 0x80000000 ? 'killed' : verdict - 0x00050000
}

const ALL = Object.values(REFUSED).flatMap(({ answer, calls }) =>
  Object.entries(calls).map(([name, numbers]) => ({ name, numbers, answer })),
)

it.each(['x64', 'arm64'] as const)('refuses what it lists, and new calls, on %s', (arch) => {
  for (const { name, numbers, answer } of ALL) {
    const number = numbers[arch === 'x64' ? 0 : 1]
    if (number === undefined) continue
    expect([name, verdictOf(arch, { number })]).toEqual([name, constants.errno[answer]])
  }
  expect(verdictOf(arch, { number: 451 })).toBe(ENOSYS)
  expect(verdictOf(arch, { number: 2 ** 32 - 1 })).toBe(ENOSYS)
})

it.each(['x64', 'arm64'] as const)('lets through what readers live on, on %s', (arch) => {
  const read = arch === 'x64' ? 0 : 63
  const execve = arch === 'x64' ? 59 : 221
  for (const number of [read, execve, 449]) expect(verdictOf(arch, { number })).toBe('allowed')
})

it.each(['x64', 'arm64'] as const)('looks at what some calls are asked for, on %s', (arch) => {
  const isX64 = arch === 'x64'
  const clone = (flags: number) => verdictOf(arch, { number: isX64 ? 56 : 220, values: [flags] })
  const thread = 0x3d0f00
  expect(clone(thread)).toBe('allowed')
  for (const bit of [17, 25, 26, 27, 28, 29, 30]) expect(clone(thread + 2 ** bit)).toBe(EPERM)
  const socket = (family: number) =>
    verdictOf(arch, { number: isX64 ? 41 : 198, values: [family, 1, 0] })
  expect(socket(1)).toBe('allowed')
  for (const family of [0, 2, 10, 16, 17, 38, 40]) expect(socket(family)).toBe(EAFNOSUPPORT)
  const personality = (value: number) =>
    verdictOf(arch, { number: isX64 ? 135 : 92, values: [value] })
  expect([personality(0), personality(2 ** 32 - 1)]).toEqual(['allowed', 'allowed'])
  expect([personality(0x40000), personality(8)]).toEqual([EPERM, EPERM])
  const ioctl = (what: number) => verdictOf(arch, { number: isX64 ? 16 : 29, values: [0, what] })
  expect([ioctl(0x5401), ioctl(0x5412), ioctl(0x541c)]).toEqual(['allowed', EPERM, EPERM])
  // The upper half is not read by the kernel either.
  expect(clone(2 ** 32 + thread)).toBe('allowed')
  expect(ioctl(2 ** 33 + 0x5412)).toBe(EPERM)
})

it('ends who calls by the numbers of another architecture, and refuses x32', () => {
  expect(verdictOf('x64', { number: 39, word: I386 })).toBe('killed')
  expect(verdictOf('arm64', { number: 39, word: WORDS.x64 })).toBe('killed')
  expect(verdictOf('x64', { number: 0x40000000 + 39 })).toBe(ENOSYS)
})

it('is not there for an architecture whose numbers are not known', () => {
  expect(callFilter('riscv64')).toBeUndefined()
})

// What the kernel's own headers say, where they are installed: those of x64 and of all newer ones.
const HEADERS = [
  '/usr/include/x86_64-linux-gnu/asm/unistd_64.h',
  '/usr/include/asm-generic/unistd.h',
] as const

it.runIf(HEADERS.every((path) => existsSync(path)))('has the numbers of the kernel', () => {
  const [x64, arm64] = HEADERS.map((path) => {
    const found = readFileSync(path, 'utf8').matchAll(/^#define __NR(?:3264)?_(\w+)\s+(\d+)/gm)
    return new Map([...found].map(([, name, number]) => [name, Number(number)]))
  })
  for (const { name, numbers } of ALL) {
    // Headers yet to come may leave old calls out.
    const known = [x64?.get(name) ?? numbers[0], arm64?.get(name) ?? numbers[1]]
    expect([name, ...numbers]).toEqual([name, ...known])
  }
})
