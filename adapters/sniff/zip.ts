import { fromFdPromise } from 'yauzl'
import type { ParserFile } from '../../core/ports/parser.ts'

const OOXML = 'application/vnd.openxmlformats-officedocument'

/** The member that makes a zip an office file, whatever order its writer chose. */
const MEMBERS: Record<string, string> = {
  'word/document.xml': `${OOXML}.wordprocessingml.document`,
  'ppt/presentation.xml': `${OOXML}.presentationml.presentation`,
  'xl/workbook.xml': `${OOXML}.spreadsheetml.sheet`,
  'META-INF/MANIFEST.MF': 'application/java-archive',
}

/** Enough to find the telling member; a bomb with a million names is just a zip. */
const MAX_MEMBERS = 5000
const LOCAL_HEADER_BYTES = 30

/** Media type of a zip file by its members, `application/zip` when they tell nothing. */
export async function zipType(file: ParserFile): Promise<string> {
  return stated(file) ?? (await byMembers(file)) ?? 'application/zip'
}

/**
 * OpenDocument and EPUB state their type in a first member called `mimetype`, stored as it is, so
 * that it stands at a fixed place (OpenDocument 1.3 part 2, section 3.3; EPUB OCF 3.3, 4.2.2).
 */
function stated(file: ParserFile): string | undefined {
  const head = Buffer.from(file.read(0, 200))
  const name = head.toString('latin1', LOCAL_HEADER_BYTES, LOCAL_HEADER_BYTES + 8)
  if (head.length < LOCAL_HEADER_BYTES + 8 || name !== 'mimetype') return undefined
  const start = LOCAL_HEADER_BYTES + head.readUInt16LE(26) + head.readUInt16LE(28)
  const type = head.toString('latin1', start, start + head.readUInt32LE(18)).trim()
  return /^application\/[\w.+-]+$/.test(type) ? type.replace(/-template$/, '') : undefined
}

async function byMembers(file: ParserFile): Promise<string | undefined> {
  let seen = 0
  try {
    const zip = await fromFdPromise(file.fd, { lazyEntries: true, autoClose: false })
    for await (const { fileName } of zip.eachEntry()) {
      const type = MEMBERS[fileName]
      if (type) return type
      if (++seen > MAX_MEMBERS) break
    }
  } catch {
    return byLocalHeaders(file)
  }
  return undefined
}

/** A zip that was cut off has no directory, but the members before the cut show what it was. */
function byLocalHeaders(file: ParserFile): string | undefined {
  const start = Buffer.from(file.read(0, 1024 * 1024)).toString('latin1')
  const folder = /PK[\s\S]{28}(word|ppt|xl)\//.exec(start)?.[1]
  const member = Object.keys(MEMBERS).find((name) => name.startsWith(`${folder}/`))
  return member && MEMBERS[member]
}
