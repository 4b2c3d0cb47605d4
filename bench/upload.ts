import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { makeFiles } from './upload-client.ts'
import { memoryUnderLoad } from './upload-memory.ts'
import {
  compilePreload,
  nginx,
  onefold,
  type Peer,
  probe,
  programAt,
  registry,
  tus,
} from './upload-peers.ts'

/*
 * How fast files are stored, beside others who do it, round by round, with the same promise: answered
 * means on the disk. Peers that are not there are named and left out. Rows that are run apart are put
 * beside those that were measured before on the same day.
 *
 *   npm run bench:upload [rounds=5] [row…]        rows: 4k 10k 256k 8m 256m memory
 *   ONEFOLD_BENCH_NGINX, ONEFOLD_BENCH_REGISTRY   programs, where they are not in the usual place
 *   ONEFOLD_BENCH_TUS                             folder where npm has @tus/server and @tus/file-store
 */

const LOADS = [
  { row: '4k', name: '500 × 4 KiB, 8 connections', count: 500, sizeBytes: 4096, lanes: 8 },
  { row: '10k', name: '500 × 10 KiB, 8 connections', count: 500, sizeBytes: 10_240, lanes: 8 },
  { row: '256k', name: '200 × 256 KiB, 8 connections', count: 200, sizeBytes: 2 ** 18, lanes: 8 },
  { row: '8m', name: '16 × 8 MiB, 4 connections', count: 16, sizeBytes: 8 * 2 ** 20, lanes: 4 },
  { row: '256m', name: '1 × 256 MiB, 1 file', count: 1, sizeBytes: 256 * 2 ** 20, lanes: 3 },
]

const [roundsAsked = '5', ...rows] = process.argv.slice(2)
const rounds = Number(roundsAsked)
const isAsked = (row: string): boolean => rows.length === 0 || rows.includes(row)
const loads = LOADS.filter(({ row }) => isAsked(row))
const root = await mkdtemp(join(tmpdir(), 'onefold-bench-'))
try {
  if (loads.length > 0) await compare()
  if (isAsked('memory')) {
    const memory = await memoryUnderLoad()
    const [idle, peak] = [memory.idle, memory.peak].map((bytes) => (bytes / 1e6).toFixed(0))
    console.log(`\nmemory of Onefold's server: ${idle} MB before the first file, ${peak} at most`)
    await keep({ memory })
  }
} finally {
  await rm(root, { recursive: true, force: true })
}

async function compare(): Promise<void> {
  const loadBefore = loadavg()[0] ?? 0
  const { peers, absent } = await startPeers()
  try {
    const results = new Map<string, Result>()
    for (let round = 0; round <= rounds; round++) {
      await measure(peers, round, results)
      // After every round: what is cut short has measured something, too.
      for (const { row, name } of loads) {
        const ofRow = [...results.values()].filter(({ load }) => load === name)
        if (ofRow.length > 0) await keep({ [row]: { loadBefore, absent, results: ofRow } })
      }
    }
    print([...results.values()])
    console.log(
      `\nload before: ${loadBefore.toFixed(1)}; not run: ${absent.join(', ') || 'nobody'}`,
    )
  } finally {
    for (const peer of peers) await peer.stop()
  }
}

async function startPeers(): Promise<{ peers: Peer[]; absent: string[] }> {
  const { env } = process
  const at = (name: string) => join(root, name)
  const preload = await compilePreload(root)
  const nginxProgram = await programAt(env.ONEFOLD_BENCH_NGINX, '/usr/sbin/nginx')
  const registryProgram = await programAt(env.ONEFOLD_BENCH_REGISTRY, '/usr/bin/docker-registry')
  const tusFolder = await programAt(env.ONEFOLD_BENCH_TUS)
  const others: [string, (() => Promise<Peer>) | undefined | '' | false][] = [
    ['bare Node probe', () => probe(at('probe'))],
    ['nginx', preload && nginxProgram && (() => nginx(nginxProgram, at('nginx'), preload))],
    ['@tus/server', preload && tusFolder && (() => tus(tusFolder, at('tus'), preload))],
    ['CNCF distribution', registryProgram && (() => registry(registryProgram, at('registry')))],
  ]
  const peers: Peer[] = [...(await onefold())]
  const absent: string[] = []
  for (const [name, start] of others) {
    if (start) peers.push(await start())
    else absent.push(name)
  }
  return { peers, absent }
}

interface Result {
  load: string
  peer: string
  /** Of every round, in seconds. */
  seconds: number[]
  files: number
  bytes: number
}

async function measure(
  peers: readonly Peer[],
  round: number,
  results: Map<string, Result>,
): Promise<void> {
  for (const load of loads) {
    let files = makeFiles(load.count, load.sizeBytes)
    for (const [index, peer] of peers.entries()) {
      // The second way into the same box has to bring what the box does not know.
      if (index === 1) files = makeFiles(load.count, load.sizeBytes)
      const seconds = await timed(() => peer.store(files, load.lanes))
      await peer.clear()
      process.stderr.write(`${round} ${load.name}: ${peer.name} ${seconds.toFixed(2)} s\n`)
      // The first round is to get warm.
      if (round > 0) note(results, { load, peer: peer.name, seconds })
    }
    if (load.count === 1 && round > 0) {
      const seconds = await timed(async () => {
        createHash('sha256')
          .update(files[0]?.bytes ?? '')
          .digest()
      })
      note(results, { load, peer: 'SHA-256 alone, one core', seconds })
    }
  }
}

function note(
  results: Map<string, Result>,
  { load, peer, seconds }: { load: (typeof LOADS)[number]; peer: string; seconds: number },
): void {
  const key = `${load.name} ${peer}`
  const empty = { files: load.count, bytes: load.count * load.sizeBytes, seconds: [] }
  const result = results.get(key) ?? { load: load.name, peer, ...empty }
  result.seconds.push(seconds)
  results.set(key, result)
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now()
  await work()
  return (performance.now() - start) / 1000
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
}

/** Files a second of small ones, else MB a second; then how that compares with ours. */
function print(results: readonly Result[]): void {
  for (const { name } of loads) {
    const rows = results.filter((result) => result.load === name)
    const ours = median(rows[0]?.seconds ?? [])
    const isSmall = (rows[0]?.files ?? 0) >= 500
    console.log(`\n| ${name} | ${isSmall ? 'files/s' : 'MB/s'} min / median / max | Onefold is |`)
    console.log('|---|---|---|')
    for (const { peer, seconds, files, bytes } of rows) {
      const amount = isSmall ? files : bytes / 1e6
      const speeds = [Math.max(...seconds), median(seconds), Math.min(...seconds)]
      const told = speeds.map((each) => (amount / each).toFixed(0)).join(' / ')
      console.log(`| ${peer} | ${told} | ${(median(seconds) / ours).toFixed(2)} × |`)
    }
  }
}

/** Puts `rows` beside what was measured on the same day. */
async function keep(rows: Record<string, object>): Promise<void> {
  const folder = join(import.meta.dirname, 'results')
  await mkdir(folder, { recursive: true })
  const date = new Date().toISOString()
  const path = join(folder, `upload-${date.slice(0, 10)}.json`)
  const before = await readFile(path, 'utf8').catch(() => '{}')
  const all = { ...(JSON.parse(before) as object), ...rows, date }
  await writeFile(path, `${JSON.stringify(all, undefined, 2)}\n`)
}
