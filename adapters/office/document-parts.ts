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
  let blocks: string[] = []
  let length = 0

  const close = () => {
    const text = blocks.join('\n\n').trim()
    if (text) parts.push({ text, locator: heading ? { heading } : {} })
    blocks = []
    length = 0
  }

  for (const node of content) {
    const isHeading = node.type === 'heading'
    if (isHeading || length > MAX_PART) close()
    const block = blockText(node)
    if (isHeading && block) heading = oneLine(inlineText(node))
    blocks.push(block)
    length += block.length
  }
  close()
  return parts
}

/** Items and rows stand line under line; blocks have a blank line between them. */
const blockText = (node: Node): string =>
  linesOf(node)
    .map((line) => line.trimEnd())
    .join('\n')
    .trim()

const oneLine = (text: string): string => text.replace(/\s+/g, ' ').trim().slice(0, MAX_HEADING)
