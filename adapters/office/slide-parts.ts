import type { Part } from '../../core/model/locator.ts'
import type { Node } from './tree.ts'
import { fieldsOf, linesOf } from './words.ts'

/** A presentation: one part per slide, and one for what its speaker notes. */
export function slideParts(content: readonly Node[]): Part[] {
  return content
    .filter((node) => node.type === 'slide')
    .flatMap((slide, at) => {
      const locator = { slide: slideNumber(slide, at) }
      const shown = (slide.children ?? []).flatMap(linesOf).join('\n')
      const spoken = notesOf(slide).flatMap(linesOf).join('\n').trim()
      const notes = { text: `Speaker notes: ${spoken}`, locator }
      return [{ text: shown, locator }, ...(spoken ? [notes] : [])]
    })
}

/** How many slides there are. Empty ones at the end may go unseen. */
export const slideCount = (content: readonly Node[]): number =>
  content
    .filter((node) => node.type === 'slide')
    .reduce((most, slide, at) => Math.max(most, slideNumber(slide, at)), 0)

/** Slides without anything on them are left out, so they are not counted but read. */
function slideNumber(slide: Node, at: number): number {
  const { slideNumber: number } = fieldsOf(slide)
  return typeof number === 'number' ? number : at + 1
}

const notesOf = (slide: Node): Node[] =>
  'notes' in slide && Array.isArray(slide.notes) ? (slide.notes as Node[]) : []
