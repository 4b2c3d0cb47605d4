// M9: the whole box in an empty network namespace. Models come by one signed file; text, a PDF, a scan
// and a recording become findable; strace looks at every call that could reach another machine.
import { execFile } from 'node:child_process'
import { createReadStream, existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import { diskModelShelf } from '../../adapters/models/shelf.ts'
import { fingerprintOf, signerFrom } from '../../core/models/signature.ts'
import { makeTinyModel } from '../../scripts/tiny-models.ts'
import { COMPILED } from '../compiled.ts'

const run = promisify(execFile)
const INSIDE = join(import.meta.dirname, 'offline-inside.ts')
const PLACES = ['/usr/bin', '/usr/sbin', '/bin', '/sbin']
const CALLS = 'connect,sendto,sendmsg,sendmmsg'
/** The one call that the command makes on purpose; the address is for documentation only (RFC 5737). */
const CONTROL = '192.0.2.1'

export interface OfflineResult {
  /** From the start of the box, with everything traced, in milliseconds. */
  importedMs: number
  /** When each file was found. */
  found: Record<string, number>
  /** Kinds of models in use. */
  kinds: string[]
  /** Calls to this machine itself, as far as they went over IP. */
  local: number
  /** Whether the call made on purpose was seen: else the capture sees nothing. */
  isSeen: boolean
  /** Calls that would have gone to another machine, and questions for names. */
  outbound: string[]
}

/** Whether this machine lets us make a network of our own and look at calls. */
export const canBeOffline = (): boolean =>
  process.getuid?.() === 0 &&
  ['strace', 'unshare', 'ip'].every((program) =>
    PLACES.some((place) => existsSync(join(place, program))),
  )

export async function offline(): Promise<OfflineResult> {
  const folder = await mkdtemp(join(tmpdir(), 'onefold-offline-'))
  try {
    const { file, fingerprint } = await bundleIn(folder)
    const trace = join(folder, 'calls')
    const strace = `strace -f -qq --seccomp-bpf -e trace=${CALLS} -e signal=none -o '${trace}'`
    const inside = `'${process.execPath}' '${INSIDE}' '${file}' '${fingerprint}'`
    const { stdout } = await run(
      'unshare',
      ['--net', '/bin/sh', '-c', `ip link set lo up && exec ${strace} ${inside}`],
      {
        env: {
          PATH: `${process.env.PATH}:/usr/sbin:/sbin`,
          HOME: folder,
          NODE_COMPILE_CACHE: COMPILED,
        },
        maxBuffer: 2 ** 26,
      },
    )
    const said = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Omit<
      OfflineResult,
      keyof Looked
    >
    return { ...said, ...(await look(trace)) }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function bundleIn(folder: string): Promise<{ file: string; fingerprint: string }> {
  const { signal } = new AbortController()
  const shelf = diskModelShelf(join(folder, 'upstream'), () => 0)
  for (const kind of ['embedding', 'image', 'speech'] as const) await makeTinyModel(kind, shelf.dir)
  for (const model of await shelf.list()) {
    if (model.state === 'unverified') await shelf.adopt(model, 'MIT', { signal })
  }
  const signer = signerFrom(new Uint8Array(32).fill(3))
  const file = join(folder, 'models.onefold')
  const models = (await shelf.list()).filter(({ state }) => state === 'whole')
  await shelf.carrier.pack(models, file, { signer, signal })
  return { file, fingerprint: fingerprintOf(signer.publicKey) }
}

type Looked = Pick<OfflineResult, 'local' | 'isSeen' | 'outbound'>

/** Sorts the calls by where they lead. A question for a name is one, whoever would answer. */
async function look(trace: string): Promise<Looked> {
  const seen: Looked = { local: 0, isSeen: false, outbound: [] }
  for await (const line of createInterface({ input: createReadStream(trace) })) {
    const address = /(?:inet_addr\("|inet_pton\(AF_INET6, ")([^"]+)"/.exec(line)?.[1]
    if (address === undefined) continue
    const port = /sin6?_port=htons\((\d+)\)/.exec(line)?.[1]
    if (address === CONTROL) seen.isSeen = true
    else if (isLocal(address) && port !== '53') seen.local++
    else seen.outbound.push(line.slice(0, 300))
  }
  return seen
}

const isLocal = (address: string): boolean =>
  /^(::ffff:)?127\./.test(address) || address === '::1' || address === '0.0.0.0' || address === '::'

/** Whether nothing was tried, everything was found, and the capture can be believed. */
export const isOffline = ({ outbound, isSeen, found, kinds }: OfflineResult): boolean =>
  outbound.length === 0 && isSeen && Object.keys(found).length === 4 && kinds.length === 4

if (import.meta.main) {
  if (!canBeOffline()) throw new Error('This needs root, unshare and strace.')
  const result = await offline()
  console.log(JSON.stringify(result, null, 2))
  process.exitCode = isOffline(result) ? 0 : 1
}
