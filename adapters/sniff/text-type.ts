import { certainEncoding } from '../../core/pipeline/encoding.ts'

/** Kinds of text that an extension names where the bytes leave a choice. */
const BY_EXTENSION: Record<string, string> = {
  '.md': 'text/markdown',
  '.markdown': 'text/markdown',
  '.csv': 'text/csv',
  '.tsv': 'text/csv',
  '.json': 'application/json',
  '.xml': 'application/xml',
}

/** Names that say "plain" clearly enough that looks do not count. */
const PLAIN = /^\.(txt|log|c|h|cpp|cs|css|go|ini|java|js|mjs|ts|php|pl|py|rb|rs|sh|sql|toml|ya?ml)$/

/** Media type of a text by its look; the extension decides only where that leaves a choice. */
export function textType(sample: Uint8Array, extension: string): string {
  const text = decode(sample)
  const unmistakable = byStart(text)
  if (unmistakable) return unmistakable
  const named = BY_EXTENSION[extension]
  if (named) return named
  if (PLAIN.test(extension)) return isStrictTable(text) ? 'text/csv' : 'text/plain'
  if (looksLikeMarkdown(text)) return 'text/markdown'
  return isStrictTable(text) ? 'text/csv' : 'text/plain'
}

/** Structure is ASCII in every encoding that matters, so bytes may stand for characters. */
function decode(sample: Uint8Array): string {
  const encoding = certainEncoding(sample) ?? 'latin1'
  return new TextDecoder(encoding).decode(sample).replace(/^\ufeff/, '')
}

function byStart(text: string): string | undefined {
  const start = text.slice(0, 4096).trimStart()
  if (/^(<!--[\s\S]*?-->\s*|<\?xml[^>]*>\s*)*<!doctype html|^<html[\s>]/i.test(start)) {
    return 'text/html'
  }
  if (/^(<\?xml[^>]*>\s*|<!--[\s\S]*?-->\s*|<!DOCTYPE svg[^>]*>\s*)*<svg[\s>]/i.test(start)) {
    return 'image/svg+xml'
  }
  if (/^(<\?xml[^>]*>\s*|<!--[\s\S]*?-->\s*)+<html[\s>]/i.test(start)) return 'text/html'
  if (start.startsWith('<?xml')) return 'application/xml'
  if (
    /^<(head|body|title|h1|table|div|p)[\s>][\s\S]*<\/(head|body|title|h1|table|div|p)>/i.test(
      start,
    )
  ) {
    return 'text/html'
  }
  return isMail(start) ? 'message/rfc822' : undefined
}

const MAIL_FIELD =
  /^(from|to|cc|subject|date|received|message-id|mime-version|return-path|delivered-to|reply-to):/i

/** A block of header fields (RFC 5322 section 2.2) of which three are those of mail. */
function isMail(start: string): boolean {
  const lines = (start.split(/\r?\n\r?\n/, 1)[0] ?? '').split(/\r?\n/)
  const unfolded = lines.filter((line) => !/^[ \t]/.test(line))
  if (/^From \S+/.test(unfolded[0] ?? '')) unfolded.shift()
  const whole = unfolded.slice(0, -1)
  if (!whole.every((line) => /^[!-9;-~]+:/.test(line))) return false
  const fields = new Set(unfolded.map((line) => MAIL_FIELD.exec(line)?.[1]?.toLowerCase()))
  fields.delete(undefined)
  return fields.size >= 3 || (fields.has('from') && fields.has('subject'))
}

/** Headings alone could be comments of a script; links, lists, emphasis or fences confirm them. */
function looksLikeMarkdown(text: string): boolean {
  if (text.startsWith('#!')) return false
  const headings = text.match(/^#{1,6} \S/gm)?.length ?? 0
  const marks = text.match(/\[[^\]\n]+\]\([^)\n]+\)|^```|^[-*] \S|\*\*\S[^*\n]*\*\*/gm)?.length ?? 0
  return headings >= 1 && marks >= 2
}

/** Five lines or more, all with the same two or more separators: prose does not do that. */
function isStrictTable(text: string): boolean {
  const lines = text
    .split(/\r?\n/)
    .slice(0, 50)
    .filter((line) => line.trim() !== '')
  if (lines.length < 5) return false
  return [',', ';', '\t', '|'].some((separator) => {
    const counts = lines.slice(0, -1).map((line) => unquoted(line).split(separator).length - 1)
    return (counts[0] ?? 0) >= 2 && counts.every((count) => count === counts[0])
  })
}

const unquoted = (line: string): string => line.replace(/"(?:[^"]|"")*"/g, '')
