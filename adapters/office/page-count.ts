import { type Entry, fromFdPromise, type ZipFile } from 'yauzl'
import type { ParserFile } from '../../core/ports/parser.ts'
import type { Format } from './tree.ts'
import { readXml } from './xml.ts'

/** Where the program that wrote a file notes how many pages it came to. */
const MEMBERS: Partial<Record<Format, string>> = {
  docx: 'docProps/app.xml',
  odt: 'meta.xml',
}

/** Numbers and names; nobody needs more for them. */
const MAX_BYTES = 256 * 1024
const MOST_PAGES = 100_000
/** The part of an RTF with what is known of it comes first. */
const RTF_HEAD = 64 * 1024

/**
 * Pages of a text document, as the program says that wrote it last: only laying it out would tell
 * for sure. Undefined where it says nothing, as in a book, which has none.
 */
export async function pageCountOf(file: ParserFile, format: Format): Promise<number | undefined> {
  if (format === 'rtf') {
    const head = Buffer.from(file.read(0, RTF_HEAD)).toString('latin1')
    return believable(/\\nofpages(\d{1,6})/.exec(head)?.[1])
  }
  const member = MEMBERS[format]
  if (!member) return undefined
  try {
    const zip = await fromFdPromise(file.fd, { lazyEntries: true, autoClose: false })
    const entry = await entryOf(zip, member)
    return entry && believable(await stated(zip, entry))
  } catch {
    // A note about the file is damaged: the file itself is read all the same.
    return undefined
  }
}

async function entryOf(zip: ZipFile, member: string): Promise<Entry | undefined> {
  for await (const entry of zip.eachEntry()) {
    if (entry.fileName === member) return entry.uncompressedSize > MAX_BYTES ? undefined : entry
  }
  return undefined
}

/** `<Pages>3</Pages>` (ECMA-376 part 1, 22.2), or `meta:page-count` (OpenDocument 1.3 part 3, 4.3.2.18). */
async function stated(zip: ZipFile, entry: Entry): Promise<string | undefined> {
  let isPages = false
  let found: string | undefined
  await readXml(zip, entry, {
    open(name, attributes) {
      isPages = name === 'Pages'
      if (name === 'document-statistic') found = attributes['page-count']
    },
    text(text) {
      if (isPages) found = `${found ?? ''}${text}`
    },
    close() {
      isPages = false
    },
  })
  return found
}

function believable(count: string | undefined): number | undefined {
  const pages = Number(count)
  return Number.isSafeInteger(pages) && pages > 0 && pages <= MOST_PAGES ? pages : undefined
}
