import { expect, it } from 'vitest'
import { differingBoxes } from './picture-diff.ts'

const WIDTH = 120
const HEIGHT = 120

/** A white page with black rectangles `[left, top, right, bottom)`. */
function paper(...blots: [number, number, number, number][]) {
  const data = new Uint8ClampedArray(WIDTH * HEIGHT * 4).fill(255)
  for (const [left, top, right, bottom] of blots) {
    for (let y = top; y < bottom; y++) {
      for (let x = left; x < right; x++) data.fill(0, (y * WIDTH + x) * 4, (y * WIDTH + x) * 4 + 3)
    }
  }
  return { width: WIDTH, height: HEIGHT, data }
}

it('finds nothing on pages that look the same', () => {
  expect(differingBoxes(paper([10, 10, 50, 20]), paper([10, 10, 50, 20]))).toEqual([])
})

it('puts one box around what belongs together, and another around what lies apart', () => {
  const boxes = differingBoxes(paper(), paper([12, 12, 36, 24], [96, 96, 108, 108]))
  expect(boxes.map(({ left, top, width, height }) => [left, top, width, height])).toEqual([
    [0.1, 0.1, 0.2, 0.1],
    [0.8, 0.8, 0.1, 0.1],
  ])
})

it('calls pages of different sizes different as a whole', () => {
  const wide = { width: 240, height: 120, data: new Uint8ClampedArray(240 * 120 * 4).fill(255) }
  expect(differingBoxes(paper(), wide)).toMatchObject([{ left: 0, top: 0, width: 1, height: 1 }])
})
