import type { Sharp } from 'sharp'

/** A picture with less between its darkest and brightest field is a plain surface. */
const LEAST_CONTRAST = 8

/**
 * Difference hash (dHash): does each of 8 × 8 fields get brighter to the right? 64 bits as 16 hex
 * digits, row by row. Copies at another size or quality differ in up to 10 bits, others in some 30.
 *
 * @returns undefined for plain surfaces, which would all look alike
 */
export async function pictureHash(picture: Sharp): Promise<string | undefined> {
  const fields = await picture
    .flatten({ background: '#fff' })
    .resize({ width: 9, height: 8, fit: 'fill' })
    .grayscale()
    .raw({ depth: 'uchar' })
    .toBuffer()
  if (Math.max(...fields) - Math.min(...fields) < LEAST_CONTRAST) return undefined
  let hash = ''
  for (let row = 0; row < 8; row++) {
    let bits = 0
    for (let x = 0; x < 8; x++) {
      const [here = 0, right = 0] = fields.subarray(9 * row + x)
      bits = 2 * bits + (here < right ? 1 : 0)
    }
    hash += bits.toString(16).padStart(2, '0')
  }
  return hash
}
