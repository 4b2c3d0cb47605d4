import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { askAbout, byDigest, type Place, pdfPages, type Question } from './corpus-ask.ts'
import { writeBadFiles } from './corpus-bad.ts'
import { gatherBooks } from './corpus-book.ts'
import { convertAll } from './corpus-convert.ts'
import { findDocs } from './corpus-docs.ts'
import { nativeItems, pictures } from './corpus-native.ts'
import { type Item, plan } from './corpus-plan.ts'
import { makeKnownItems } from './known-items.ts'

/** The page of a PDF that is asked about: far enough in that the place is worth something. */
const PAGE = 7
/** No more than one question about a file, and this many of each kind of place. */
const PER_KIND = 2

/** Writes the corpus into `out` and what is known of it into `corpus.json` beside it. */
async function makeCorpus(out: string): Promise<{ files: number; questions: Question[] }> {
  const docs = await findDocs()
  const items = [
    ...(await nativeItems(docs)),
    ...plan(await gatherBooks(docs)),
    ...(await pictures()),
  ]
  await rm(out, { recursive: true, force: true })
  await writeAll(items, out)
  const everything = [...items.flatMap(({ places }) => places), ...(await pdfPlaces(items, out))]
  const questions = ask(everything)
  const known = { files: items.map(({ path }) => path).sort(), questions }
  await writeFile(join(dirname(out), 'corpus.json'), `${JSON.stringify(known, null, 2)}\n`)
  return { files: items.length, questions }
}

async function writeAll(items: readonly Item[], out: string): Promise<void> {
  for (const item of items) {
    if (!('bytes' in item)) continue
    await mkdir(dirname(join(out, item.path)), { recursive: true })
    await writeFile(join(out, item.path), item.bytes)
  }
  const work = await mkdtemp(join(tmpdir(), 'onefold-corpus-'))
  try {
    const conversions = items.flatMap((item) =>
      'conversion' in item ? [{ ...item.conversion, path: item.path }] : [],
    )
    await convertAll(conversions, { out, work })
  } finally {
    await rm(work, { recursive: true, force: true })
  }
}

async function pdfPlaces(items: readonly Item[], out: string): Promise<Place[]> {
  const places: Place[] = []
  for (const { path } of items.filter((item) => item.path.endsWith('.pdf'))) {
    const pages = await pdfPages(await readFile(join(out, path)))
    places.push(...pages.map((text, at) => ({ file: path, locator: { page: at + 1 }, text })))
  }
  return places
}

/** Known-item questions: a few for each kind of place, one about a file at most. */
function ask(everything: readonly Place[]): Question[] {
  const isAsked = ({ locator: { page }, text }: Place) =>
    page === undefined ? text.length > 400 : page === PAGE
  const asked = askAbout(everything.filter(isAsked), everything).sort((a, b) =>
    byDigest(a.sentence, b.sentence),
  )
  const cells = everything.filter(({ locator }) => locator.cells)
  const registers = cells.map(({ file, locator, text }) => {
    return { file, locator, sentence: text, query: text }
  })
  const chosen: Question[] = []
  for (const question of [...asked, ...registers]) {
    const kind = kindOf(question)
    const isKnown = chosen.some(({ file }) => file === question.file)
    const alike = chosen.filter((other) => kindOf(other) === kind)
    if (!isKnown && alike.length < PER_KIND) chosen.push(question)
  }
  return chosen
}

const kindOf = ({ file, locator }: Question): string =>
  `${file.split('.').pop()} ${Object.keys(locator).join()}`

/** Writes the known-item set into `out`: documents as text files, and `OUT-questions.json` beside them. */
async function writeKnown(out: string): Promise<string> {
  const { documents, questions } = makeKnownItems({ documents: 80, asked: 24 })
  await rm(out, { recursive: true, force: true })
  await mkdir(out, { recursive: true })
  for (const { name, text } of documents) await writeFile(join(out, name), `${text}\n`)
  const named = questions.map((each) => ({ ...each, document: documents[each.document]?.name }))
  await writeFile(`${out}-questions.json`, `${JSON.stringify(named, null, 2)}\n`)
  return `${documents.length} documents in ${out}, ${questions.length} questions in ${out}-questions.json\n`
}

const [target, flag] = process.argv.slice(2).filter((argument) => argument !== '--')
if (!target || (flag && flag !== '--bad' && flag !== '--questions')) {
  process.stderr.write('Usage: scripts/corpus OUT [--bad | --questions]\n')
  process.exit(2)
}
const out = resolve(target)
const started = performance.now()
if (flag === '--bad') {
  const files = await writeBadFiles(out)
  process.stdout.write(`${files.length} bad files in ${out}\n`)
} else if (flag === '--questions') {
  process.stdout.write(await writeKnown(out))
} else {
  const { files, questions } = await makeCorpus(out)
  const seconds = Math.round((performance.now() - started) / 1000)
  process.stdout.write(`${files} files in ${out}, ${questions.length} questions, ${seconds} s\n`)
}
