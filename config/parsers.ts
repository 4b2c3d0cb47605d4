import type { Parser, Parsers } from '../core/ports/parser.ts'

const OOXML = 'application/vnd.openxmlformats-officedocument'
const ODF = 'application/vnd.oasis.opendocument'

type Load = () => Promise<Parser>

const documentParser: Load = async () =>
  (await import('../adapters/office/document.ts')).documentParser
const legacyParser: Load = async () => (await import('../adapters/office/legacy.ts')).legacyParser
const mediaParser: Load = async () => (await import('../adapters/media/parser.ts')).mediaParser
const plainParser: Load = async () => (await import('../adapters/text/plain.ts')).plainParser
const archiveParser: Load = async () =>
  (await import('../adapters/archive/parser.ts')).archiveParser
const unlistedParser: Load = async () =>
  (await import('../adapters/archive/parser.ts')).unlistedParser
const imageParser: Load = async () => (await import('../adapters/image/parser.ts')).imageParser

/** Which parser reads a media type. A format is supported when it has a row here. */
const PARSERS: Record<string, Load> = {
  'application/pdf': async () => (await import('../adapters/pdf/parser.ts')).pdfParser,
  [`${OOXML}.wordprocessingml.document`]: documentParser,
  [`${OOXML}.presentationml.presentation`]: documentParser,
  [`${OOXML}.spreadsheetml.sheet`]: async () =>
    (await import('../adapters/office/xlsx.ts')).xlsxParser,
  [`${ODF}.text`]: documentParser,
  [`${ODF}.presentation`]: documentParser,
  [`${ODF}.spreadsheet`]: async () => (await import('../adapters/office/ods.ts')).odsParser,
  'application/rtf': documentParser,
  'application/epub+zip': documentParser,
  'text/html': async () => (await import('../adapters/office/html.ts')).htmlParser,
  'application/msword': legacyParser,
  'application/vnd.ms-excel': legacyParser,
  'application/vnd.ms-powerpoint': legacyParser,
  'text/markdown': async () => (await import('../adapters/text/markdown.ts')).markdownParser,
  'text/csv': async () => (await import('../adapters/text/csv.ts')).csvParser,
  'message/rfc822': async () => (await import('../adapters/mail/parser.ts')).mailParser,
  'application/zip': archiveParser,
  'application/java-archive': archiveParser,
  'application/x-tar': archiveParser,
  'application/gzip': archiveParser,
  'application/x-7z-compressed': unlistedParser,
  'application/x-rar-compressed': unlistedParser,
  'application/vnd.rar': unlistedParser,
  'application/x-bzip2': unlistedParser,
  'application/x-xz': unlistedParser,
  'application/zstd': unlistedParser,
  'application/x-lz4': unlistedParser,
  'application/x-lzip': unlistedParser,
  'application/x-compress': unlistedParser,
  'application/json': plainParser,
  'application/xml': plainParser,
}

/** Families whose members are all read alike. */
const FAMILIES: Record<string, Load> = {
  text: plainParser,
  image: imageParser,
  audio: mediaParser,
  video: mediaParser,
}

/** The formats of this box, loaded one by one as they are needed. */
export const parsers: Parsers = {
  async probe(file, extension) {
    const { probe } = await import('../adapters/sniff/probe.ts')
    return probe(file, extension)
  },

  async of(mediaType) {
    const load = PARSERS[mediaType] ?? FAMILIES[mediaType.split('/')[0] ?? '']
    return load?.()
  },

  async speech(file, request, tell) {
    const { measuredSound, soundIn } = await import('../adapters/media/sound.ts')
    await soundIn(file)
    const { listen } = await import('../adapters/whisper/listen.ts')
    const { sound, endMs } = measuredSound(file, request)
    const heard = await listen({ ...request, sound }, tell)
    const end = await endMs()
    return { ...heard, ...(end !== undefined && { endMs: end }) }
  },

  async textPage(text, widthPx) {
    const { textPage } = await import('../adapters/image/text-page.ts')
    return textPage(text, widthPx)
  },

  async pageReader(languages, modelsDir) {
    const { pageReader } = await import('../adapters/ocr/page-reader.ts')
    return pageReader(languages, modelsDir)
  },
}
