import type { Node } from './tree.ts'

/** Nodes whose children stand side by side in one line of text. */
const INLINE = new Set(['paragraph', 'heading', 'text', 'code', 'definitionTerm', 'list'])
const isInline = (node: Node): boolean => INLINE.has(node.type)

/** The lines of a node as a reader sees them: paragraphs, list items, table rows with tabs. */
export function linesOf(node: Node): string[] {
  if (node.type === 'row') return [(node.children ?? []).map(cellText).join('\t').trimEnd()]
  if (node.type === 'list') return withNotes(node, [`- ${inlineText(node)}`])
  if (isInline(node)) return withNotes(node, [inlineText(node)])
  if (node.children?.length) return withNotes(node, node.children.flatMap(linesOf))
  return withNotes(node, node.text ? [node.text] : [])
}

/** A cell in one line. */
export const cellText = (cell: Node): string =>
  linesOf({ ...cell, type: 'cell' } as Node)
    .join(' ')
    .replace(/\s+/g, ' ')
    .trim()

/** Footnotes follow the paragraph that calls them. */
const withNotes = (node: Node, lines: string[]): string[] => [
  ...lines,
  ...notesIn(node, isInline(node)).flatMap(noteLines),
]

/** Notes hang on the run that calls them; what is not inline asks its children itself. */
function notesIn(node: Node, deep: boolean): Node[] {
  const own = 'notes' in node && Array.isArray(node.notes) ? (node.notes as Node[]) : []
  return deep ? [...own, ...(node.children ?? []).flatMap((child) => notesIn(child, true))] : own
}

const noteLines = (note: Node): string[] =>
  linesOf(note)
    .map((line) => line.trim())
    .filter((line) => line !== '')

/** Runs of one paragraph. The node's own text is the whole of it where the library gives one. */
export function inlineText(node: Node): string {
  if (node.type === 'break') return '\n'
  if (node.text !== undefined && node.text !== '') return node.text
  return (node.children ?? []).map(inlineText).join('')
}

/** What the library says about a node beside its text; its shape depends on the format. */
export function fieldsOf(node: Node): Record<string, unknown> {
  const metadata: unknown = 'metadata' in node ? node.metadata : undefined
  return typeof metadata === 'object' && metadata ? { ...metadata } : {}
}
