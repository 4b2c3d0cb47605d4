import type { OcrPage } from '../../core/ports/index.ts'
import type { PagePicture } from '../../core/ports/parser.ts'

/** Quarter turns clockwise, in degrees. */
export type Rotation = OcrPage['rotation']

/** The picture turned clockwise. */
export function turn(picture: PagePicture, rotation: Rotation): PagePicture {
  const { widthPx: width, heightPx: height, grey } = picture
  if (rotation === 0) return picture
  const turned = new Uint8Array(grey.length)
  if (rotation === 180) {
    for (let at = 0, to = grey.length - 1; to >= 0; at++, to--) turned[to] = grey[at] ?? 0
    return { ...picture, grey: turned }
  }
  for (let y = 0; y < height; y++) {
    // Clockwise, a row becomes the column counted from the right; the other way, from the left.
    const column = rotation === 90 ? height - 1 - y : y
    for (let x = 0; x < width; x++) {
      const row = rotation === 90 ? x : width - 1 - x
      turned[row * height + column] = grey[y * width + x] ?? 0
    }
  }
  return { widthPx: height, heightPx: width, grey: turned }
}
