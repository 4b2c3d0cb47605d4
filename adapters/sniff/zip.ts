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
  return stated(file) ?? (await byMembers(file.fd)) ?? 'application/zip'
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

async function byMembers(fd: number): Promise<string | undefined> {
  let seen = 0
  try {
    const zip = await fromFdPromise(fd, { lazyEntries: true, autoClose: false })
    for await (const { fileName } of zip.eachEntry()) {
      const type = MEMBERS[fileName]
      if (type) return type
      if (++seen > MAX_MEMBERS) break
    }
  } catch {
    // A broken directory tells nothing; the extraction says what is wrong with the file.
  }
  return undefined
}
