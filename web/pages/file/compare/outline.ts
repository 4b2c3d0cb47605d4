import type { PageViewport, PDFPageProxy } from 'pdfjs-dist'
import { fold, type Range } from '../passage.ts'
import type { Row, Which } from './types.ts'

/** A box on a page, as shares of its width and height. */
export interface Box {
  kind: 'removed' | 'added' | 'moved' | 'drawn'
  left: number
  top: number
  width: number
  height: number
}

interface Item {
  str: string
  hasEOL: boolean
  transform: number[]
  width: number
  height: number
}

/** Outlines of the passages that changed, where they stand on the page. */
export async function outlinesOf(
  page: PDFPageProxy,
  viewport: PageViewport,
  { rows, which }: { rows: readonly Row[]; which: Which },
): Promise<Box[]> {
  if (rows.length === 0) return []
  const content = await page.getTextContent()
  const items = content.items.filter((item) => 'str' in item) as Item[]
  const starts: number[] = []
  let text = ''
  for (const item of items) {
    starts.push(text.length)
    text += item.str + (item.hasEOL ? '\n' : '')
  }
  const folded = fold(text)
  let after = 0
  return rows.flatMap((row) => {
    const passage = passageOf(row, which)
    const wanted = fold(passage.text)
    if (wanted.text === '') return []
    // In order of reading first: the same words may stand on the page twice.
    const next = folded.text.indexOf(wanted.text, after)
    const at = next < 0 ? folded.text.indexOf(wanted.text) : next
    if (at < 0) return []
    after = at + wanted.text.length
    return passage.marks.flatMap(([start, end]) => {
      const first = wanted.starts.findIndex((place) => place >= start)
      const last = wanted.ends.findLastIndex((place) => place <= end)
      const from = folded.starts[at + first]
      const to = folded.ends[at + last]
      if (first < 0 || last < first || from === undefined || to === undefined) return []
      const kind = row.move ? ('moved' as const) : which === 'from' ? 'removed' : 'added'
      return boxesOf([from, to], { items, starts, viewport }).map((box) => ({ kind, ...box }))
    })
  })
}

/** A row's words in one of the texts, and which of them are only there. */
function passageOf(row: Row, which: Which): { text: string; marks: Range[] } {
  const own = which === 'from' ? 'removed' : 'added'
  if (!row.pieces) return { text: row.text ?? '', marks: [[0, row.text?.length ?? 0]] }
  const marks: Range[] = []
  let text = ''
  for (const { op, text: words } of row.pieces) {
    if (op !== own && op !== 'same') continue
    if (op === own) marks.push([text.length, text.length + words.length])
    text += words
  }
  // What was moved is outlined as a whole, whatever was changed in it.
  return { text, marks: row.move ? [[0, text.length]] : marks }
}

type Rect = Omit<Box, 'kind'>

/** Where the letters of `[start, end)` stand, line by line. Letters of a run are taken as equally wide. */
function boxesOf(
  [start, end]: Range,
  page: { items: readonly Item[]; starts: readonly number[]; viewport: PageViewport },
): Rect[] {
  const boxes = page.items.flatMap((item, index) => {
    const at = page.starts[index] ?? 0
    const from = Math.max(start - at, 0)
    const to = Math.min(end - at, item.str.length)
    return from < to && item.str.trim() !== '' ? [boxOf(item, from, to, page.viewport)] : []
  })
  return joined(boxes)
}

function boxOf(item: Item, from: number, to: number, viewport: PageViewport): Rect {
  const [, , , , x = 0, y = 0] = item.transform
  const share = item.width / item.str.length
  // A quarter of its height hangs below the line it is written on.
  const low = viewport.convertToViewportPoint(x + from * share, y - item.height * 0.25)
  const high = viewport.convertToViewportPoint(x + to * share, y + item.height)
  const [ax = 0, ay = 0] = low as number[]
  const [bx = 0, by = 0] = high as number[]
  return {
    left: Math.min(ax, bx) / viewport.width,
    top: Math.min(ay, by) / viewport.height,
    width: Math.abs(bx - ax) / viewport.width,
    height: Math.abs(by - ay) / viewport.height,
  }
}

/** Boxes of one line become one. */
function joined(boxes: readonly Rect[]): Rect[] {
  const lines: Rect[] = []
  for (const box of boxes) {
    const last = lines.at(-1)
    if (!last || Math.abs(last.top - box.top) > last.height / 2) lines.push({ ...box })
    else {
      const right = Math.max(last.left + last.width, box.left + box.width)
      last.left = Math.min(last.left, box.left)
      last.width = right - last.left
    }
  }
  return lines
}
