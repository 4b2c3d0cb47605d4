import PostalMime, { type Address, type Attachment, type Email } from 'postal-mime'
import { AppError } from '../../core/errors.ts'
import type { Part } from '../../core/model/locator.ts'
import type { Parser, ParserFile } from '../../core/ports/parser.ts'
import { htmlText } from './html-text.ts'

/** A mail is held in memory as a whole, its attachments decoded beside it. */
const MAX_BYTES = 96 * 1024 * 1024
const MAX_NESTING = 64

/** Mail: who, when, what about, and what it says. Attachments are listed, and fetched one by one. */
export const mailParser: Parser = {
  async extract(file) {
    const email = await read(file)
    const subject = email.subject ?? ''
    return {
      parts: [heads(email), ...(await body(email, subject))],
      coverage: { unit: 'file', done: 1, total: 1, missing: [] },
      metadata: {
        title: subject,
        author: addresses(email.from),
        ...(email.date && { created: email.date }),
      },
      attachments: attachmentsOf(email).map((attachment, at) => ({
        name: nameOf(attachment, at),
        mediaType: attachment.mimeType || 'application/octet-stream',
        sizeBytes: bytesOf(attachment).byteLength,
      })),
    }
  },

  async attachment(file, index) {
    const attachment = attachmentsOf(await read(file))[index]
    if (attachment) return bytesOf(attachment)
    const message = 'This mail has no such attachment.'
    throw new AppError('unsupported_type', message, { reason: 'NO_TEXT_IN_TYPE' })
  },
}

const read = (file: ParserFile): Promise<Email> =>
  PostalMime.parse(Buffer.from(file.whole(MAX_BYTES)), {
    forceRfc822Attachments: true,
    maxNestingDepth: MAX_NESTING,
  })

function heads(email: Email): Part {
  const lines = [
    ['Subject', email.subject],
    ['From', addresses(email.from)],
    ['To', addresses(...(email.to ?? []))],
    ['Cc', addresses(...(email.cc ?? []))],
    ['Date', email.date],
  ].filter(([, value]) => value)
  const text = lines.map(([name, value]) => `${name}: ${value}`).join('\n')
  return { text, locator: email.subject ? { heading: email.subject.slice(0, 200) } : {} }
}

async function body({ text, html }: Email, subject: string): Promise<Part[]> {
  const words = text?.trim() ? text : html ? await htmlText(html) : ''
  const heading = subject.slice(0, 200)
  return words.trim() ? [{ text: words, locator: heading ? { heading } : {} }] : []
}

function addresses(...list: (Address | undefined)[]): string {
  const flat = list.flatMap((entry) => (entry?.group ? entry.group : entry ? [entry] : []))
  return flat
    .map(({ name, address }) => (name && address ? `${name} <${address}>` : name || address || ''))
    .filter(Boolean)
    .join(', ')
}

/** Pictures that the text shows in place are its decoration, not files that were sent along. */
const attachmentsOf = (email: Email): Attachment[] =>
  email.attachments.filter(({ related, mimeType }) => !(related && mimeType.startsWith('image/')))

const nameOf = ({ filename, mimeType }: Attachment, at: number): string =>
  filename?.trim() || `attachment ${at + 1}${mimeType === 'message/rfc822' ? '.eml' : ''}`

function bytesOf({ content }: Attachment): Uint8Array {
  return typeof content === 'string' ? Buffer.from(content) : new Uint8Array(content)
}
