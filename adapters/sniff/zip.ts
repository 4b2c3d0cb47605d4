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

/** Enough to find the telling member; a bomb with a million names is just a zip. */
const MAX_MEMBERS = 5000

/** Media type of a zip file by its members, `application/zip` when they tell nothing. */
export async function zipType(file: ParserFile): Promise<string> {
  let seen = 0
  let best: string | undefined
  try {
    const zip = await fromFdPromise(file.fd, { lazyEntries: true, autoClose: false })
    for await (const entry of zip.eachEntry()) {
      const stated = entry.fileName === 'mimetype' ? await statedType(zip, entry) : undefined
      if (stated) return stated
      best ??= MEMBERS[entry.fileName]
      if (++seen > MAX_MEMBERS) break
    }
  } catch {
    best ??= byLocalHeaders(file)
  }
  return best ?? 'application/zip'
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
  const start = Buffer.from(file.read(0, 1024 * 1024)).toString('latin1')
  const folder = /PK[\s\S]{28}(word|ppt|xl)\//.exec(start)?.[1]
  const member = Object.keys(MEMBERS).find((name) => name.startsWith(`${folder}/`))
  return member && MEMBERS[member]
}
