import { findPassage } from '../passage.ts'

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
  const marks = findPassage(letters.text, wanted.passage, wanted.query)
    .flatMap(([start, end]) => [...rangeOf(letters, start, end).getClientRects()])
    .filter((rect) => rect.width > 1 && rect.height > 1)
    .map((rect) => drawn(rect, box))
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

function rangeOf(letters: Letters, start: number, end: number): Range {
  const range = document.createRange()
  const place = (at: number) => {
    const run = letters.nodes.findLast((one) => one.start <= at) ?? letters.nodes[0]
    if (!run) throw new Error('a passage was found in a page without text')
    return { node: run.node, offset: Math.min(at - run.start, run.node.length) }
  }
  const from = place(start)
  const to = place(end - 1)
  range.setStart(from.node, from.offset)
  range.setEnd(to.node, Math.min(to.offset + 1, to.node.length))
  return range
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
