import { type Entry, fromFdPromise, type ZipFile } from 'yauzl'
import type { ParserFile } from '../../core/ports/parser.ts'

const OOXML = 'application/vnd.openxmlformats-officedocument'

/** The member that makes a zip an office file, whatever order its writer chose. */
const MEMBERS: Record<string, string> = {
  'word/document.xml': `${OOXML}.wordprocessingml.document`,
  'ppt/presentation.xml': `${OOXML}.presentationml.presentation`,
  'xl/workbook.xml': `${OOXML}.spreadsheetml.sheet`,
  'META-INF/container.xml': 'application/epub+zip',
  'META-INF/MANIFEST.MF': 'application/java-archive',
}

const LOCAL_MARK = 0x04034b50
const LOCAL_HEAD = 30

/** Enough to find the telling member; a bomb with a million names is just a zip. */
const MAX_MEMBERS = 5000

/** Media type of a zip file by its members, `application/zip` when they tell nothing. */
export async function zipType(file: ParserFile): Promise<string> {
  // Names are taken as they are: one that leads elsewhere says nothing about the others.
  const options = { lazyEntries: true, autoClose: false, decodeStrings: false }
  const zip = await fromFdPromise(file.fd, options).catch(() => undefined)
  return (await (zip ? byDirectory(zip) : byLocalHeaders(file))) ?? 'application/zip'
}

async function byDirectory(zip: ZipFile): Promise<string | undefined> {
  let seen = 0
  let best: string | undefined
  try {
    for await (const entry of zip.eachEntry()) {
      const name = entry.fileNameRaw.toString('latin1')
      const stated = name === 'mimetype' ? await statedType(zip, entry) : undefined
      if (stated) return stated
      best ??= MEMBERS[name]
      if (++seen > MAX_MEMBERS) break
    }
  } catch {
    // What the directory tells before it breaks is all that is known.
  }
  return best
}

/**
 * OpenDocument and EPUB state their type in a member called `mimetype` (OpenDocument 1.3 part 2,
 * section 3.3; EPUB OCF 3.3, 4.2.2). It should come first and unpacked, but tools that pack the file
 * again forget that.
 */
async function statedType(zip: ZipFile, entry: Entry): Promise<string | undefined> {
  if (entry.uncompressedSize > 200 || !entry.canDecodeFileData()) return undefined
  const chunks: Buffer[] = []
  for await (const chunk of await zip.openReadStreamPromise(entry)) chunks.push(chunk)
  const type = Buffer.concat(chunks).toString('latin1').trim()
  return /^application\/[\w.+-]+$/.test(type) ? type.replace(/-template$/, '') : undefined
}

/** A zip that was cut off has no directory, but the members before the cut show what it was. */
function byLocalHeaders(file: ParserFile): string | undefined {
  const start = Buffer.from(file.read(0, 1024 * 1024))
  for (const name of localNames(start)) {
    const folder = /^(word|ppt|xl)\//.exec(name)?.[1]
    if (folder)
      return MEMBERS[Object.keys(MEMBERS).find((each) => each.startsWith(`${folder}/`)) ?? '']
  }
  return undefined
}

/**
 * Names by the headers in front of members (APPNOTE 6.3, 4.3.7), each stepped over by its size: what
 * lies inside of a member may be a zip itself. Where a size follows its member, the next header is
 * looked for behind XML alone, which holds none.
 */
function* localNames(start: Buffer): Generator<string> {
  let at = 0
  while (at >= 0 && at + LOCAL_HEAD <= start.length && start.readUInt32LE(at) === LOCAL_MARK) {
    const nameEnd = at + LOCAL_HEAD + start.readUInt16LE(at + 26)
    const name = start.toString('latin1', at + LOCAL_HEAD, nameEnd)
    yield name
    const data = nameEnd + start.readUInt16LE(at + 28)
    const isSizeBehind = (start.readUInt16LE(at + 6) & 8) !== 0
    if (isSizeBehind && !/\.(xml|rels)$/.test(name)) return
    at = isSizeBehind ? start.indexOf('PK\x03\x04', data) : data + start.readUInt32LE(at + 18)
  }
}
