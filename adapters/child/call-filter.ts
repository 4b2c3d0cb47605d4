import { constants } from 'node:os'
import { FIRST_UNKNOWN, type Numbers, REFUSED } from './refused-calls.ts'

/**
 * The filter of system calls before a reader of files: a program that the kernel runs at each call of
 * the reader and of all that it starts, and that none of them can take off again. What is refused is
 * answered with an error; calls of another architecture end the process.
 *
 * @returns the bytes of a classic BPF program, as `bwrap --seccomp` takes them; undefined for an
 *   architecture whose numbers are not known here
 */
export function callFilter(arch: string = process.arch): Uint8Array | undefined {
  const machine = MACHINES[arch]
  if (!machine) return undefined
  return assemble([
    load(ARCH),
    jumpIf('equal', machine.word, { yes: 1, no: 0 }),
    answer(KILL),
    load(NUMBER),
    // Newer calls; and x32, calls of x64 by other numbers, all of which are above.
    jumpIf('atLeast', FIRST_UNKNOWN, { yes: 0, no: 1 }),
    answer(refuse('ENOSYS')),
    ...Object.values(REFUSED).flatMap(({ answer: error, calls }) =>
      Object.values(calls).flatMap((numbers) => always(machine.of(numbers), refuse(error))),
    ),
    ...LOOKED_INTO.flatMap((each) => lookInto(machine.of(each.call), each)),
    answer(ALLOW),
  ])
}

/** One step of the program; jumps count steps to leave out. */
type Step = readonly [code: number, yes: number, no: number, value: number]

const MACHINES: Record<string, { word: number; of: (call: Numbers) => number | undefined }> = {
  x64: { word: 0xc000003e, of: ([x64]) => x64 },
  arm64: { word: 0xc00000b7, of: ([, arm64]) => arm64 },
}

// Where the kernel puts what a call is and has, in bytes.
const NUMBER = 0
const ARCH = 4
/** The lower half of an argument, which is all that the calls looked into read. */
const argument = (index: number) => 16 + 8 * index

const ALLOW = 0x7fff0000
const KILL = 0x80000000
const refuse = (error: keyof typeof constants.errno) => 0x00050000 | constants.errno[error]

const CODES = { equal: 0x15, atLeast: 0x35, anyBit: 0x45 }

const load = (offset: number): Step => [0x20, 0, 0, offset]
const answer = (verdict: number): Step => [0x06, 0, 0, verdict]
const jumpIf = (
  is: keyof typeof CODES,
  value: number,
  { yes, no }: { yes: number; no: number },
): Step => [CODES[is], yes, no, value]

const always = (call: number | undefined, verdict: number): Step[] =>
  call === undefined ? [] : [jumpIf('equal', call, { yes: 0, no: 1 }), answer(verdict)]

/** A call that is needed, but not with every value. */
interface LookedInto {
  call: Numbers
  argument: number
  is: 'equal' | 'anyBit'
  values: readonly number[]
  /** What is answered when one of the values is there, and when none is. */
  match: number
  otherwise: number
}

/** Each kind of namespace that a new process could get. */
const NAMESPACES = 0x00020000 | 0x02000000 | 0x7c000000
const AF_UNIX = 1
const TIOCSTI = 0x5412
const TIOCLINUX = 0x541c

const LOOKED_INTO: readonly LookedInto[] = [
  {
    // clone: processes and threads, none in a namespace of its own.
    call: [56, 220],
    argument: 0,
    is: 'anyBit',
    values: [NAMESPACES],
    match: refuse('EPERM'),
    otherwise: ALLOW,
  },
  {
    // socket: those between processes here; none that reach a driver or a protocol of the kernel.
    call: [41, 198],
    argument: 0,
    is: 'equal',
    values: [AF_UNIX],
    match: ALLOW,
    otherwise: refuse('EAFNOSUPPORT'),
  },
  {
    call: [53, 199],
    argument: 0,
    is: 'equal',
    values: [AF_UNIX],
    match: ALLOW,
    otherwise: refuse('EAFNOSUPPORT'),
  },
  {
    // personality: to ask which, and the usual one.
    call: [135, 92],
    argument: 0,
    is: 'equal',
    values: [0, 0xffffffff],
    match: ALLOW,
    otherwise: refuse('EPERM'),
  },
  {
    // ioctl: not to type into the terminal of whoever started it.
    call: [16, 29],
    argument: 1,
    is: 'equal',
    values: [TIOCSTI, TIOCLINUX],
    match: refuse('EPERM'),
    otherwise: ALLOW,
  },
]

function lookInto(call: number | undefined, { is, values, ...each }: LookedInto): Step[] {
  if (call === undefined) return []
  const body = [
    load(argument(each.argument)),
    ...values.map((value, at) => jumpIf(is, value, { yes: values.length - at, no: 0 })),
    answer(each.otherwise),
    answer(each.match),
  ]
  return [jumpIf('equal', call, { yes: 0, no: body.length }), ...body]
}

/** Both architectures are little-endian. */
function assemble(steps: readonly Step[]): Uint8Array {
  const bytes = Buffer.alloc(8 * steps.length)
  for (const [at, [code, yes, no, value]] of steps.entries()) {
    bytes.writeUInt16LE(code, 8 * at)
    bytes.writeUInt8(yes, 8 * at + 2)
    bytes.writeUInt8(no, 8 * at + 3)
    bytes.writeUInt32LE(value, 8 * at + 4)
  }
  return bytes
}
