import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { compoundOf, zipOf } from './corpus-pack.ts'

const FIXTURES = join(import.meta.dirname, '..', 'tests', 'fixtures')

/** A file that is wrong in one way. */
export interface BadFile {
  /** A buffer where the name is no UTF-8. */
  name: string | Buffer
  /** What is said of it; undefined when it is read all the same. */
  reason?: string
  /** Whether the file may not be opened, by its mode. */
  isUnreadable?: boolean
  bytes: Uint8Array
}

const WORDS = 'The keeper writes the minute into the green book.\n'

/** Every kind of bad input that the product must store or refuse with a clear reason. */
export async function badFiles(): Promise<BadFile[]> {
  const pdf = await readFile(join(FIXTURES, 'handbook.pdf'))
  const docx = await readFile(join(FIXTURES, 'handbook.docx'))
  const png = await sharp({ create: { width: 64, height: 48, channels: 3, background: '#36c' } })
    .png()
    .toBuffer()
  const words = Buffer.from(WORDS)
  return [
    { name: 'unreadable.txt', bytes: words, isUnreadable: true },
    { name: 'empty.txt', bytes: Buffer.alloc(0), reason: 'EMPTY_FILE' },
    {
      name: 'password.pdf',
      bytes: await readFile(join(FIXTURES, 'password.pdf')),
      reason: 'PASSWORD_PROTECTED',
    },
    {
      name: 'password.docx',
      bytes: compoundOf(['EncryptionInfo', 'EncryptedPackage']),
      reason: 'PASSWORD_PROTECTED',
    },
    { name: 'truncated.pdf', bytes: pdf.subarray(0, pdf.length / 3), reason: 'DAMAGED_FILE' },
    { name: 'truncated.docx', bytes: docx.subarray(0, docx.length / 2), reason: 'DAMAGED_FILE' },
    { name: 'a picture.pdf', bytes: png, reason: 'NO_TEXT_IN_TYPE' },
    { name: 'a report.txt', bytes: pdf },
    { name: `${'long name '.repeat(25)}x.txt`.slice(-255), bytes: words },
    { name: Buffer.from('caf\xe9 menu.txt', 'latin1'), bytes: words },
    { name: 'invoice \u202efdp.txt', bytes: words },
    { name: 'bomb.docx', bytes: bomb(), reason: 'TOO_LARGE_INSIDE' },
    { name: 'billion laughs.docx', bytes: laughs(), reason: 'DTD_FORBIDDEN' },
  ]
}

/** Writes them into `folder`. */
export async function writeBadFiles(folder: string): Promise<BadFile[]> {
  await mkdir(folder, { recursive: true })
  const files = await badFiles()
  for (const { name, bytes, isUnreadable } of files) {
    const path = Buffer.concat([Buffer.from(`${folder}/`), Buffer.from(name as string)])
    await writeFile(path, bytes)
    if (isUnreadable) await chmod(path, 0)
  }
  return files
}

/** 80 MiB of spaces in 80 kB. */
const bomb = (): Buffer =>
  zipOf([
    ['[Content_Types].xml', '<Types/>'],
    ['word/document.xml', Buffer.alloc(80 * 1024 * 1024, ' ')],
  ])

/** Ten entities, each ten times the one before: a billion words from 600 bytes. */
function laughs(): Buffer {
  const entities = Array.from({ length: 9 }, (_, n) => {
    const ten = `&e${n};`.repeat(10)
    return `<!ENTITY e${n + 1} "${ten}">`
  })
  const type = `<!DOCTYPE document [<!ENTITY e0 "ha">${entities.join('')}]>`
  return zipOf([
    ['[Content_Types].xml', '<Types/>'],
    ['word/document.xml', `<?xml version="1.0"?>${type}<document>&e9;</document>`],
  ])
}
