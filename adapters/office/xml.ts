import { SaxesParser } from 'saxes'
import type { Entry, ZipFile } from 'yauzl'
import { AppError } from '../../core/errors.ts'

/** What a reader of a stream of XML is told. Names come without their prefix. */
export interface XmlReader {
  open(name: string, attributes: Record<string, string>): void
  text?(text: string): void
  close?(name: string): void
}

/**
 * Reads one member of a zip as XML while it is unpacked, holding nothing but what the reader keeps.
 * Stops early when the reader says so.
 *
 * @throws AppError `unsupported_type` (reason `DTD_FORBIDDEN`), or what the parser says of bad XML
 */
export async function readXml(
  zip: ZipFile,
  entry: Entry,
  reader: XmlReader & { isDone?(): boolean },
): Promise<void> {
  const parser = new SaxesParser()
  parser.on('opentag', ({ name, attributes }) => reader.open(local(name), withLocal(attributes)))
  if (reader.text) {
    parser.on('text', (text) => reader.text?.(text))
    parser.on('cdata', (text) => reader.text?.(text))
  }
  parser.on('closetag', ({ name }) => reader.close?.(local(name)))
  parser.on('doctype', () => {
    const message = 'This file defines entities of its own, which may be harmful.'
    throw new AppError('unsupported_type', message, { reason: 'DTD_FORBIDDEN' })
  })
  parser.on('error', (error) => {
    throw error
  })
  let decoder: TextDecoder | undefined
  for await (const chunk of await zip.openReadStreamPromise(entry)) {
    decoder ??= new TextDecoder(encodingOf(chunk))
    parser.write(decoder.decode(chunk, { stream: true }))
    if (reader.isDone?.()) return
  }
  parser.close()
}

const encodingOf = (start: Uint8Array): string => {
  if (start[0] === 0xff && start[1] === 0xfe) return 'utf-16le'
  return start[0] === 0xfe && start[1] === 0xff ? 'utf-16be' : 'utf-8'
}

const local = (name: string): string => name.slice(name.indexOf(':') + 1)

function withLocal(attributes: Record<string, string>): Record<string, string> {
  const named: Record<string, string> = {}
  for (const name in attributes) named[local(name)] = attributes[name] ?? ''
  return named
}
