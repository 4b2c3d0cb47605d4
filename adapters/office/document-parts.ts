import type { Part } from '../../core/model/locator.ts'
import type { Node } from './tree.ts'
import { inlineText, linesOf } from './words.ts'

/** A section without headings is cut at this length, so that it can be read page by page. */
const MAX_PART = 8000
const MAX_HEADING = 200

/** A text document: one part per section under a heading, long ones in pieces. */
export function documentParts(content: readonly Node[]): Part[] {
  const parts: Part[] = []
  let heading: string | undefined
  let text = ''
  let before: Node | undefined

  const close = () => {
    if (text.trim()) parts.push({ text: text.trim(), locator: heading ? { heading } : {} })
    text = ''
  }

  for (const node of content) {
    const block = blockText(node)
    if (!block) continue
    if (node.type === 'heading') {
      close()
      heading = headingText(node)
    } else if (text.length > MAX_PART) {
      close()
    }
    const isNextItem = node.type === 'list' && before?.type === 'list'
    text += `${isNextItem ? '\n' : '\n\n'}${block}`
    before = node
  }
  close()
  return parts
}

/** Items and rows stand line under line; blocks have a blank line between them. */
const blockText = (node: Node): string =>
  linesOf(node)
    .map((line) => line.replace(PERMALINK, '').trimEnd())
    .filter((line) => line !== '-')
    .join('\n')
    .trim()

/** The mark by which generated manuals let a reader copy the address of a heading. */
const PERMALINK = /\s*[¶#]$/

const headingText = (node: Node): string =>
  inlineText(node).replace(/\s+/g, ' ').trim().replace(PERMALINK, '').slice(0, MAX_HEADING)
