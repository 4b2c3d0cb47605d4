import type { Box } from './outline.ts'

/** Side of the squares that are held against each other, in pixels of the pictures. */
const SQUARE = 12
/** Mean difference of a square's channels, of 255, above which it counts: smoothing stays below. */
const DIFFERENT = 10

interface Picture {
  width: number
  height: number
  /** Four bytes a pixel. */
  data: Uint8ClampedArray
}

/**
 * Where two pictures of a page differ, as boxes around squares that touch. For pages without words, or
 * with the same ones: drawings, stamps, scans. Pictures of different sizes differ as a whole.
 */
export function differingBoxes(a: Picture, b: Picture): Box[] {
  const whole: Box = { kind: 'drawn', left: 0, top: 0, width: 1, height: 1 }
  if (Math.abs(a.width - b.width) > 2 || Math.abs(a.height - b.height) > 2) return [whole]
  const columns = Math.floor(Math.min(a.width, b.width) / SQUARE)
  const rows = Math.floor(Math.min(a.height, b.height) / SQUARE)
  const marked = new Uint8Array(columns * rows)
  for (let at = 0; at < marked.length; at++) {
    marked[at] = differs(a, b, (at % columns) * SQUARE, Math.floor(at / columns) * SQUARE) ? 1 : 0
  }
  return groups(marked, columns, rows).map(({ left, top, right, bottom }) => ({
    kind: 'drawn',
    left: left / columns,
    top: top / rows,
    width: (right - left + 1) / columns,
    height: (bottom - top + 1) / rows,
  }))
}

function differs(a: Picture, b: Picture, x: number, y: number): boolean {
  let sum = 0
  for (let row = y; row < y + SQUARE; row++) {
    for (let column = x; column < x + SQUARE; column++) {
      const [i, j] = [(row * a.width + column) * 4, (row * b.width + column) * 4]
      for (let channel = 0; channel < 3; channel++) {
        sum += Math.abs((a.data[i + channel] ?? 0) - (b.data[j + channel] ?? 0))
      }
    }
  }
  return sum / (SQUARE * SQUARE * 3) > DIFFERENT
}

/** Boxes around marked squares that lie at most one square apart. */
function groups(marked: Uint8Array, columns: number, rows: number) {
  const found: { left: number; top: number; right: number; bottom: number }[] = []
  for (let start = 0; start < marked.length; start++) {
    if (!marked[start]) continue
    const box = { left: columns, top: rows, right: 0, bottom: 0 }
    const open = [start]
    marked[start] = 0
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      const [x, y] = [at % columns, Math.floor(at / columns)]
      box.left = Math.min(box.left, x)
      box.right = Math.max(box.right, x)
      box.top = Math.min(box.top, y)
      box.bottom = Math.max(box.bottom, y)
      for (let near = 0; near < 25; near++) {
        const [nx, ny] = [x + (near % 5) - 2, y + Math.floor(near / 5) - 2]
        if (nx < 0 || ny < 0 || nx >= columns || ny >= rows) continue
        const next = ny * columns + nx
        if (!marked[next]) continue
        marked[next] = 0
        open.push(next)
      }
    }
    found.push(box)
  }
  return found
}
