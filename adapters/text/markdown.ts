import type { Part } from '../../core/model/locator.ts'
import type { Parser } from '../../core/ports/parser.ts'
import { decode } from './decode.ts'
import { textDraft } from './plain.ts'

/** Markdown, section by section, without the marks that only steer its look. */
export const markdownParser: Parser = {
  async extract(file) {
    const decoded = decode(file)
    const { body, title } = frontMatter(decoded.text.replace(/\r\n?/g, '\n'))
    const parts = sections(body)
    const draft = textDraft(parts, decoded)
    const name = title ?? parts.find((part) => part.locator.heading)?.locator.heading
    return { ...draft, metadata: { ...draft.metadata, ...(name && { title: name }) } }
  },
}

/** A block of settings on top, of which only the title is text. */
function frontMatter(text: string): { body: string; title?: string } {
  const block = /^\ufeff?---\n([\s\S]*?)\n(?:---|\.\.\.)\n/.exec(text)
  if (!block) return { body: text }
  const title = /^title:\s*["']?(.+?)["']?\s*$/m.exec(block[1] ?? '')?.[1]
  return { body: text.slice(block[0].length), ...(title && { title }) }
}

function sections(text: string): Part[] {
  const parts: Part[] = []
  let heading: string | undefined
  let lines: string[] = []
  const close = () => {
    const body = lines.join('\n').trim()
    if (body) parts.push({ text: body, locator: heading ? { heading } : {} })
    lines = []
  }
  let fence: string | undefined
  for (const line of text.split('\n')) {
    const mark = /^ {0,3}(```+|~~~+)/.exec(line)?.[1]
    if (mark && (fence === undefined || mark.startsWith(fence))) {
      fence = fence === undefined ? mark : undefined
      continue
    }
    if (fence !== undefined) {
      lines.push(line)
      continue
    }
    const title = headingOf(line, lines)
    if (title) {
      close()
      heading = title.slice(0, 200)
      lines.push(title)
    } else {
      lines.push(plain(line))
    }
  }
  close()
  return parts
}

/** `# Title`, or a line underlined with `===` or `---` (CommonMark 4.2 and 4.3). */
function headingOf(line: string, before: string[]): string | undefined {
  const atx = /^ {0,3}#{1,6}\s+(.*?)\s*#*\s*$/.exec(line)
  if (atx?.[1]) return plain(atx[1])
  const last = before.at(-1)?.trim()
  const isRule = /^ {0,3}(=+|-{2,})\s*$/.test(line)
  const standsAlone = before.length < 2 || before.at(-2)?.trim() === ''
  if (!isRule || !last || !standsAlone || /^[-*>|]/.test(last)) return undefined
  before.pop()
  return last
}

/** What a reader sees of a line. */
const plain = (line: string): string =>
  line
    .replace(/!\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/\[([^\]]+)\]\([^)]*\)/g, '$1')
    .replace(/<(https?:[^>]+)>/g, '$1')
    .replace(/<!--.*?-->|<\/?[a-z][^>]*>/gi, '')
    .replace(/(\*\*|__)(\S.*?)\1/g, '$2')
    .replace(/`([^`]+)`/g, '$1')
