import { Fragment } from 'react'

interface Props {
  text: string
  /** Half-open `[start, end)` offsets into `text`, in UTF-16 units. */
  marks: readonly (readonly number[])[]
}

/** Text with the words that were found marked. Overlapping or stray marks are tidied up first. */
export function Highlight({ text, marks }: Props) {
  return (
    <>
      {splitByMarks(text, marks).map((piece) => (
        <Fragment key={piece.at}>{piece.marked ? <mark>{piece.text}</mark> : piece.text}</Fragment>
      ))}
    </>
  )
}

interface Piece {
  at: number
  text: string
  marked: boolean
}

/** `text` cut at the marks, in order, nothing lost and nothing twice. */
export function splitByMarks(text: string, marks: Props['marks']): Piece[] {
  const pieces: Piece[] = []
  let at = 0
  const add = (end: number, marked: boolean) => {
    // A mark ends with its line: blank lines inside would show as slivers.
    for (const run of text.slice(at, end).split(/(\n+)/)) {
      if (run !== '') pieces.push({ at, text: run, marked: marked && !run.startsWith('\n') })
      at += run.length
    }
  }
  const byStart = [...marks].sort((a, b) => (a[0] ?? 0) - (b[0] ?? 0))
  for (const [start = 0, end = 0] of byStart) {
    if (end <= at || start >= text.length) continue
    add(start, false)
    add(Math.min(end, text.length), true)
  }
  add(text.length, false)
  return pieces
}
