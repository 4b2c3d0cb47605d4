import { findPassage, type Range } from '../passage.ts'

export interface Wanted {
  /** From 1. */
  page: number
  passage: string
  query: string
}

/**
 * Draws marks over the passage on a page of pdf.js, below its text layer. Sizes are shares of the
 * page, so that they hold while it is zoomed. Returns the first mark, if there is one.
 */
export function markPassage(page: HTMLElement, wanted: Wanted): HTMLElement | undefined {
  for (const old of page.querySelectorAll('[data-hit-mark]')) old.remove()
  const layer = page.querySelector<HTMLElement>('.textLayer')
  if (!layer) return undefined
  const letters = lettersOf(layer)
  const box = page.getBoundingClientRect()
  const rects = findPassage(letters.text, wanted.passage, wanted.query).flatMap((range) =>
    rectsOf(letters, range),
  )
  const marks = byLine(rects).map((rect) => drawn(rect, box))
  layer.before(...marks)
  return marks[0]
}

interface Letters {
  text: string
  nodes: { node: Text; start: number }[]
}

/** Text of the layer with a line end between its runs, and where each run begins. */
function lettersOf(layer: HTMLElement): Letters {
  const walker = document.createTreeWalker(layer, NodeFilter.SHOW_TEXT)
  const letters: Letters = { text: '', nodes: [] }
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    letters.nodes.push({ node: node as Text, start: letters.text.length })
    letters.text += `${node.nodeValue ?? ''}\n`
  }
  return letters
}

/** Where the letters of `[start, end)` stand. One run at a time: a longer range repeats its boxes. */
function rectsOf(letters: Letters, [start, end]: Range): DOMRect[] {
  return letters.nodes.flatMap(({ node, start: at }) => {
    const from = Math.max(start - at, 0)
    const to = Math.min(end - at, node.length)
    if (from >= to) return []
    const range = document.createRange()
    range.setStart(node, from)
    range.setEnd(node, to)
    return [...range.getClientRects()].filter(({ width, height }) => width > 1 && height > 1)
  })
}

/** Boxes that follow each other on a line become one. */
function byLine(rects: readonly DOMRect[]): DOMRect[] {
  const lines: DOMRect[] = []
  for (const rect of rects) {
    const last = lines.at(-1)
    if (last && follows(last, rect)) lines[lines.length - 1] = around(last, rect)
    else lines.push(rect)
  }
  return lines
}

const follows = (last: DOMRect, next: DOMRect): boolean =>
  Math.abs(middle(last) - middle(next)) < last.height / 2 &&
  next.left - last.right < last.height &&
  next.right > last.left

const middle = ({ top, height }: DOMRect): number => top + height / 2

function around(a: DOMRect, b: DOMRect): DOMRect {
  const left = Math.min(a.left, b.left)
  const top = Math.min(a.top, b.top)
  const right = Math.max(a.right, b.right)
  return new DOMRect(left, top, right - left, Math.max(a.bottom, b.bottom) - top)
}

function drawn(rect: DOMRect, page: DOMRect): HTMLElement {
  const mark = document.createElement('div')
  const share = (length: number, of: number) => `${(length / of) * 100}%`
  mark.dataset.hitMark = ''
  mark.style.left = share(rect.left - page.left, page.width)
  mark.style.top = share(rect.top - page.top, page.height)
  mark.style.width = share(rect.width, page.width)
  mark.style.height = share(rect.height, page.height)
  return mark
}
