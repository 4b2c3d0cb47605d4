import type { ParserFile } from '../../core/ports/parser.ts'

const OOXML = 'application/vnd.openxmlformats-officedocument'

/** The stream that makes a compound file what it is ([MS-CFB] 2.6.1 holds the names). */
const STREAMS: readonly [string, string][] = [
  ['WordDocument', 'application/msword'],
  ['Workbook', 'application/vnd.ms-excel'],
  ['Book', 'application/vnd.ms-excel'],
  ['PowerPoint Document', 'application/vnd.ms-powerpoint'],
  ['__properties_version1.0', 'application/vnd.ms-outlook'],
]

/** Office files with a password are wrapped whole ([MS-OFFCRYPTO] 2.3.1): only the name tells. */
const ENCRYPTED: Record<string, string> = {
  '.docx': `${OOXML}.wordprocessingml.document`,
  '.pptx': `${OOXML}.presentationml.presentation`,
  '.xlsx': `${OOXML}.spreadsheetml.sheet`,
}

const ENTRY_BYTES = 128
const MAX_SECTORS = 256

/** Media type of a compound file (doc, xls, ppt, msg, encrypted office) by its streams. */
export function compoundType(file: ParserFile, extension: string): string {
  const names = new Set(streamNames(file))
  if (names.has('EncryptedPackage')) {
    return ENCRYPTED[extension] ?? 'application/x-encrypted-office'
  }
  return STREAMS.find(([name]) => names.has(name))?.[1] ?? 'application/x-cfb'
}

/** Follows the directory's chain of sectors ([MS-CFB] 2.2 and 2.3). */
function streamNames(file: ParserFile): string[] {
  const header = Buffer.from(file.read(0, 512))
  const sectorBytes = 1 << header.readUInt16LE(30)
  if (sectorBytes !== 512 && sectorBytes !== 4096) return []
  const sectorAt = (sector: number) => (sector + 1) * sectorBytes
  const names: string[] = []
  let sector = header.readUInt32LE(48)
  for (let count = 0; count < MAX_SECTORS && sector < 0xfffffffa; count++) {
    const bytes = Buffer.from(file.read(sectorAt(sector), sectorBytes))
    if (bytes.length < sectorBytes) break
    for (let at = 0; at < sectorBytes; at += ENTRY_BYTES) names.push(entryName(bytes, at))
    sector = nextSector(file, header, sector, sectorBytes)
  }
  return names
}

function entryName(bytes: Buffer, at: number): string {
  const nameBytes = bytes.readUInt16LE(at + 64)
  if (nameBytes < 2 || nameBytes > 64) return ''
  return bytes.toString('utf16le', at, at + nameBytes - 2)
}

/** The allocation table's entry for `sector`; its own sectors are listed in the header. */
function nextSector(file: ParserFile, header: Buffer, sector: number, sectorBytes: number): number {
  const perSector = sectorBytes / 4
  const index = Math.floor(sector / perSector)
  if (index >= 109) return 0xfffffffe // listed elsewhere, in files above 7 MB; the start is enough
  const table = header.readUInt32LE(76 + 4 * index)
  const entry = file.read((table + 1) * sectorBytes + 4 * (sector % perSector), 4)
  return entry.length === 4 ? Buffer.from(entry).readUInt32LE(0) : 0xfffffffe
}
