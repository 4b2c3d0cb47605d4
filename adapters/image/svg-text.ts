import { SaxesParser } from 'saxes'

/** More words than anybody puts into a drawing. */
const MOST_CHARACTERS = 1_000_000
/** Of what is written in a drawing, or about it (SVG 2, 5.8 and 11.2), each a line. */
const WORDS = new Set(['text', 'title', 'desc'])
const SILENT = new Set(['style', 'script', 'metadata'])

/**
 * Words that stand in a drawing as letters. Nothing is painted, fetched or run for it; entities other
 * than those of XML itself end it. What cannot be parsed to its end is read up to there.
 */
export function svgText(bytes: Uint8Array): string {
  const reader = lines()
  const parser = new SaxesParser()
  parser.on('opentag', ({ name, attributes }) => reader.open(local(name), attributes))
  parser.on('closetag', ({ name }) => reader.close(local(name)))
  parser.on('text', (text) => reader.text(text))
  parser.on('cdata', (text) => reader.text(text))
  parser.on('error', (error) => {
    throw error
  })
  try {
    parser.write(new TextDecoder(encodingOf(bytes)).decode(bytes)).close()
  } catch {
    // The painter has its own opinion of what is damaged, and says so.
  }
  return reader.all()
}

function lines() {
  const found: string[] = []
  let characters = 0
  let line: string[] | undefined
  let depth = 0
  let silent = 0
  return {
    open(name: string, attributes: Record<string, string>) {
      if (SILENT.has(name)) silent++
      if (line) depth++
      else if (WORDS.has(name)) line = []
      // A run with a place of its own is another word.
      if (line && ['x', 'y', 'dy'].some((place) => place in attributes)) line.push(' ')
    },
    text(text: string) {
      if (line && silent === 0 && characters < MOST_CHARACTERS) line.push(text)
      characters += line ? text.length : 0
    },
    close(name: string) {
      if (SILENT.has(name)) silent--
      if (!line) return
      if (depth > 0) {
        depth--
        return
      }
      const words = line.join('').replaceAll(/\s+/g, ' ').trim()
      if (words !== '') found.push(words)
      line = undefined
    },
    all: () => found.join('\n'),
  }
}

const local = (name: string): string => name.slice(name.indexOf(':') + 1)

function encodingOf([first, second]: Uint8Array): string {
  if (first === 0xff && second === 0xfe) return 'utf-16le'
  return first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8'
}
