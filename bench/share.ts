import { spawnSync } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { seeded } from '../tests/reliability/contents.ts'
import { type FolderPeer, OTHERS, onefoldShare } from './share-peers.ts'

/*
 * How fast a folder of mixed files is taken in, beside others who take folders in, round by round: from
 * the moment it appears until all of it is on the disk and catalogued. Then the unchanged folder again.
 * Peers that are not there are named and left out.
 *
 *   npm run bench:share [rounds=5] [files=236]
 */

const DUPLICATES = 0.42
const FOLDERS = 12

interface Result {
  peer: string
  does: string
  /** Of every round, in seconds. */
  first: number[]
  again: number[]
}

const [rounds = 5, files = 236] = process.argv.slice(2).map(Number)
const root = await mkdtemp(join(tmpdir(), 'onefold-bench-share-'))
const loadBefore = loadavg()[0] ?? 0
const isThere = (program: string) => spawnSync('which', [program]).status === 0
const absent = OTHERS.filter(({ program }) => !isThere(program)).map(({ name }) => name)
const peers = [await onefoldShare(), ...OTHERS.filter(({ program }) => isThere(program))]
try {
  const results = await measure(peers)
  print(results)
  console.log(`\nload before: ${loadBefore.toFixed(1)}; not run: ${absent.join(', ') || 'nobody'}`)
  await keep({ files, rounds, loadBefore, absent, results })
} finally {
  for (const peer of peers) await peer.stop?.()
  await rm(root, { recursive: true, force: true })
}

/** The first round is for warming up. */
async function measure(all: readonly FolderPeer[]): Promise<Result[]> {
  const results = all.map(({ name, does }): Result => ({ peer: name, does, first: [], again: [] }))
  for (let round = 0; round <= rounds; round++) {
    const folder = join(root, `folder-${round}`)
    await makeFolder(folder, round)
    for (const [index, peer] of all.entries()) {
      const work = join(root, `work-${round}-${index}`)
      await mkdir(work)
      const { first, again } = await peer.take(folder, work, files)
      await rm(work, { recursive: true, force: true })
      if (round === 0) continue
      results[index]?.first.push(first)
      if (again !== undefined) results[index]?.again.push(again)
      // A machine that is taken away in the middle leaves what was measured until then.
      console.error(`round ${round}, ${peer.name}: ${(files / first).toFixed(0)} files/s`)
    }
    await rm(folder, { recursive: true })
  }
  return results
}

/** Sizes from 1 KiB to 1 MiB, many small and few large; some files are copies of others before them. */
async function makeFolder(folder: string, round: number): Promise<void> {
  const random = seeded(round + 1)
  const contents: Buffer[] = []
  for (let file = 0; file < files; file++) {
    const sub = join(folder, `part ${file % FOLDERS}`)
    await mkdir(sub, { recursive: true })
    const copied =
      random() < DUPLICATES ? contents[Math.floor(random() * contents.length)] : undefined
    const bytes = copied ?? Buffer.alloc(Math.floor(1024 * 2 ** (random() * 10)))
    if (!copied) {
      for (let at = 0; at + 4 <= bytes.length; at += 4) bytes.writeUInt32LE(random() * 2 ** 32, at)
      contents.push(bytes)
    }
    await writeFile(join(sub, `file ${file}.bin`), bytes)
  }
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}

function print(results: readonly Result[]): void {
  const [ours] = results
  console.log('| | does | files/s min / median / max | Onefold is | again, s | Onefold takes |')
  console.log('|---|---|---|---|---|---|')
  for (const { peer, does, first, again } of results) {
    const speeds = [Math.max(...first), median(first), Math.min(...first)]
    const told = speeds.map((seconds) => (files / seconds).toFixed(0)).join(' / ')
    const ratio = (median(first) / median(ours?.first ?? [])).toFixed(2)
    const second = again.length > 0 ? median(again).toFixed(2) : '–'
    const share = (median(ours?.again ?? []) / median(again)).toFixed(2)
    const compared = again.length > 0 ? `${share} ×` : '–'
    console.log(`| ${peer} | ${does} | ${told} | ${ratio} × | ${second} | ${compared} |`)
  }
}

async function keep(result: object): Promise<void> {
  const date = new Date().toISOString()
  const path = join(import.meta.dirname, 'results', `share-${date.slice(0, 10)}.json`)
  await mkdir(join(import.meta.dirname, 'results'), { recursive: true })
  await writeFile(path, `${JSON.stringify({ date, ...result }, undefined, 2)}\n`)
}
