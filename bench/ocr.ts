import { spawnSync } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { seeded } from '../tests/reliability/contents.ts'
import { pdfOfPages, scanOf } from '../tests/scans.ts'

/*
 * How many scanned pages a core reads in a minute, beside OCRmyPDF and tesseract alone, round by round,
 * and how many of their words come out right. What counts is processor time, of all processes of a
 * peer, so other work on the machine changes little. A peer that is not there is named and left out.
 *
 *   npm run bench:ocr [rounds=3] [pages=8]
 */

const WORDS =
  'harbour keeper lamp sunset minute green book gale north ferry inner wind warden barrel oil Friday report office stair rail visitor child ticket summer storm signal cone mast rope hawser tar winch lens glass clock'.split(
    ' ',
  )

interface Scans {
  pdf: string
  pictures: string[]
  /** Words of each page, in order. */
  words: string[][]
}

interface Peer {
  name: string
  does: string
  /** What has to be installed. */
  program?: string
  commands(scans: Scans, work: string): string[][]
  /** Where its text is, if not on its output. */
  text?: (work: string) => string
}

const [rounds = 3, pages = 8] = process.argv.slice(2).map(Number)
const root = await mkdtemp(join(tmpdir(), 'onefold-bench-ocr-'))
const isThere = (program: string) => spawnSync('which', [program]).status === 0

const PEERS: readonly Peer[] = [
  {
    name: 'Onefold',
    does: 'paints at 150 dpi, reads, finds turned pages; a parser for eight pages',
    commands: ({ pdf }) => [
      [process.execPath, join(import.meta.dirname, 'ocr-read.ts'), pdf, String(pages)],
    ],
  },
  {
    name: 'OCRmyPDF',
    does: 'reads at the resolution of the scan, makes a PDF with a text layer; one job',
    program: 'ocrmypdf',
    commands({ pdf }, work) {
      const options = '-q -j 1 -l eng --output-type pdf --optimize 0 --sidecar'.split(' ')
      return [['ocrmypdf', ...options, join(work, 'text'), pdf, join(work, 'out.pdf')]]
    },
    text: (work) => join(work, 'text'),
  },
  {
    name: 'tesseract',
    does: 'the pictures themselves, one process each',
    program: 'tesseract',
    commands: ({ pictures }) =>
      pictures.map((picture) => ['tesseract', picture, 'stdout', '-l', 'eng', '--oem', '1']),
  },
]

/** Runs one command to its end; processor time is of it and of all that it waited for. */
function run(command: readonly string[]): { text: string; seconds: number } {
  const timed = ['-c', 'TIMEFORMAT="%U %S"; time "$@"', 'bash', ...command]
  const { status, stdout, stderr } = spawnSync('bash', timed, {
    encoding: 'utf8',
    env: { ...process.env, OMP_THREAD_LIMIT: '1' },
  })
  if (status !== 0) throw new Error(`${command[0]}: ${stderr}`)
  const [user = 0, system = 0] = (stderr.trim().split('\n').at(-1) ?? '').split(' ').map(Number)
  return { text: stdout, seconds: user + system }
}

async function read(peer: Peer, scans: Scans, work: string) {
  const runs = peer.commands(scans, work).map(run)
  const seconds = runs.reduce((sum, each) => sum + each.seconds, 0)
  const text = runs.map((each) => each.text).join('\n')
  return { seconds, text: peer.text ? await readFile(peer.text(work), 'utf8') : text }
}

async function makeScans(dpi: number): Promise<Scans> {
  const random = seeded(dpi)
  const word = () => WORDS[Math.floor(random() * WORDS.length)] ?? ''
  const words = Array.from({ length: pages }, () => Array.from({ length: 420 }, word))
  const scans = await Promise.all(
    words.map((page) => scanOf(page.join(' ').replaceAll(/((?:\S+ ){60})/g, '$1\n\n'), { dpi })),
  )
  const pictures = scans.map((_, at) => join(root, `${dpi}-${at}.jpg`))
  for (const [at, scan] of scans.entries()) await writeFile(pictures[at] ?? '', scan)
  const pdf = join(root, `${dpi}.pdf`)
  await writeFile(pdf, await pdfOfPages(scans.map((scan) => ({ scan }))))
  return { pdf, pictures, words }
}

/** Share of the words that are in the text, each as often as it stands on the pages. */
function rightShare(text: string, words: readonly string[]): number {
  const left = new Map<string, number>()
  for (const word of text.split(/\s+/)) left.set(word, (left.get(word) ?? 0) + 1)
  const found = words.filter((word) => {
    const count = left.get(word) ?? 0
    left.set(word, count - 1)
    return count > 0
  })
  return found.length / words.length
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN

async function measure(dpi: number, peers: readonly Peer[]) {
  const scans = await makeScans(dpi)
  const results = peers.map(({ name, does }) => ({
    peer: name,
    does,
    /** Of processor, for all pages, round by round. */
    seconds: [] as number[],
    right: 0,
  }))
  for (let round = 0; round < rounds; round++) {
    for (const [index, peer] of peers.entries()) {
      const work = join(root, `work-${dpi}-${round}-${index}`)
      await mkdir(work)
      const { seconds, text } = await read(peer, scans, work)
      const result = results[index]
      if (!result) continue
      result.seconds.push(seconds)
      result.right = rightShare(text, scans.words.flat())
    }
  }
  return { dpi, results }
}

function print({ dpi, results }: Awaited<ReturnType<typeof measure>>): void {
  const perMinute = (seconds: number) => (60 * pages) / seconds
  const ours = median(results[0]?.seconds ?? [])
  console.log(
    `\n| ${pages} pages scanned at ${dpi} dpi | pages/min and core, min / median / max | words right | Onefold is |`,
  )
  console.log('|---|---|---|---|')
  for (const { peer, does, seconds, right } of results) {
    const told = [Math.max(...seconds), median(seconds), Math.min(...seconds)]
      .map((each) => perMinute(each).toFixed(1))
      .join(' / ')
    const ratio = (median(seconds) / ours).toFixed(2)
    console.log(`| ${peer}: ${does} | ${told} | ${(100 * right).toFixed(1)} % | ${ratio} × |`)
  }
}

try {
  const loadBefore = loadavg()[0] ?? 0
  const peers = PEERS.filter(({ program }) => program === undefined || isThere(program))
  const absent = PEERS.filter((peer) => !peers.includes(peer)).map(({ name }) => name)
  const runs = [await measure(150, peers), await measure(300, peers)]
  for (const each of runs) print(each)
  console.log(`\nload before: ${loadBefore.toFixed(1)}; not run: ${absent.join(', ') || 'nobody'}`)
  const date = new Date().toISOString()
  const folder = join(import.meta.dirname, 'results')
  await mkdir(folder, { recursive: true })
  const kept = { date, pages, rounds, loadBefore, absent, runs }
  await writeFile(
    join(folder, `ocr-${date.slice(0, 10)}.json`),
    `${JSON.stringify(kept, undefined, 2)}\n`,
  )
} finally {
  await rm(root, { recursive: true, force: true })
}
