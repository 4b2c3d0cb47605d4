import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { temporaryFolder } from '../temporary-folder.ts'
import { type Api, apiOf, newToken, type Way } from './api.ts'
import { startKillable } from './box.ts'
import { filled } from './contents.ts'

const TRACED = 'link,linkat,rename,fsync,fdatasync,write,writev,sendto,sendmsg'
const hasStrace = spawnSync('strace', ['-V']).status === 0

it.skipIf(!hasStrace)(
  'B18 syscall-order: what is answered was synced before, bytes, name and catalog, in this order',
  async () => {
    const { api, callsOf } = await tracedBox()
    const calls = await callsOf(api, 'form')
    const link = position(calls, /^link(at)?\(.*\/staging\/.*\/blobs\//)
    const bytes = position(calls, /^f(data)?sync\(\d+<[^>]*\/staging\//)
    const folder = position(calls, /^fsync\(\d+<[^>]*\/blobs\/[0-9a-f]{2}>/)
    const commits = positions(calls, /^f(data)?sync\(\d+<[^>]*catalog\.sqlite-wal>/)
    const answer = position(calls, /^(write|writev|sendto|sendmsg)\(.*HTTP\/1\.1 201/)
    const intent = commits.findLast(({ ends }) => ends < link.begins)
    const commit = commits.findLast(({ ends }) => ends < answer.begins)
    // A crash leaves no name that the catalog has not heard of.
    expect(intent).toBeDefined()
    expect(link.ends).toBeLessThan(folder.begins)
    // Nothing points to bytes, or to a name, that a power cut could take away.
    expect(bytes.ends).toBeLessThan(commit?.begins ?? 0)
    expect(folder.ends).toBeLessThan(commit?.begins ?? 0)
  },
  120_000,
)

it.skipIf(!hasStrace)(
  'B18 syscall-order: received bytes are synced with their name before they are acknowledged',
  async () => {
    const { api, callsOf } = await tracedBox()
    const calls = await callsOf(api, 'steps')
    const bytes = position(calls, /^f(data)?sync\(\d+<[^>]*\/staging\//)
    const name = position(calls, /^rename\(.*\/staging\/.*\/received\//)
    const folder = position(calls, /^fsync\(\d+<[^>]*\/received>/)
    const answers = positions(calls, /^(write|writev|sendto|sendmsg)\(.*HTTP\/1\.1 200/)
    const received = answers.find(({ begins }) => begins > name.ends)
    const known = positions(calls, /^f(data)?sync\(\d+<[^>]*catalog\.sqlite-wal>/).find(
      ({ begins }) => begins > folder.ends,
    )
    expect(bytes.ends).toBeLessThan(name.begins)
    expect(name.ends).toBeLessThan(folder.begins)
    expect(known?.ends).toBeLessThan(received?.begins ?? 0)
  },
  120_000,
)

/** A box whose system calls are written down, and nothing to sweep meanwhile. */
async function tracedBox() {
  const root = await temporaryFolder()
  const trace = join(root, 'trace')
  const box = startKillable({
    dataDir: join(root, 'data'),
    kind: 'small',
    under: ['strace', '-f', '-y', '-s', '16', '-e', `trace=${TRACED}`, '-o', trace],
    env: { SWEEP_MS: '100000000', ONEFOLD_SCAN_INTERVAL_MS: '3600000' },
  })
  onTestFinished(() => box.killAll())
  const url = await box.ready
  const api = apiOf(url, await newToken(url, 'admin'))
  return {
    api,
    /** The calls of one upload, from its beginning to its answer. */
    async callsOf(by: Api, way: Way): Promise<string[]> {
      const before = readFileSync(trace, 'utf8').length
      await by.upload('traced.txt', filled('Traced. ', 5_000), way)
      return readFileSync(trace, 'utf8').slice(before).split('\n')
    },
  }
}

/** The lines on which a call begins and ends; strace parts those that others come between. */
interface Position {
  begins: number
  ends: number
}

function positions(lines: readonly string[], call: RegExp): Position[] {
  return lines.flatMap((line, begins) => {
    const [, pid = '', text = ''] = /^(\d+)\s+(.*)$/.exec(line) ?? []
    if (!call.test(text)) return []
    if (!text.endsWith('<unfinished ...>')) return [{ begins, ends: begins }]
    const name = text.slice(0, text.indexOf('('))
    const isEnd = (each: string, at: number) =>
      at > begins && each.startsWith(pid) && each.includes(`<... ${name} resumed>`)
    const ends = lines.findIndex(isEnd)
    return [{ begins, ends: ends < 0 ? Number.POSITIVE_INFINITY : ends }]
  })
}

function position(lines: readonly string[], call: RegExp): Position {
  const [first] = positions(lines, call)
  if (!first) throw new Error(`no call like ${call} in\n${lines.join('\n')}`)
  return first
}
