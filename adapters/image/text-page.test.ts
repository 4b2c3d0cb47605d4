import sharp from 'sharp'
import { expect, it } from 'vitest'
import { textPage } from './text-page.ts'

/** Share of the pixels that are not paper. */
async function ink(page: Uint8Array): Promise<number> {
  const pixels = await sharp(page).grayscale().raw().toBuffer()
  return pixels.filter((pixel) => pixel < 200).length / pixels.length
}

it('typesets text as a page in portrait', async () => {
  const page = await textPage('Oil\n\nThe keeper writes the minute into the green book.', 300)
  expect(await sharp(page).metadata()).toMatchObject({ format: 'webp', width: 300, height: 400 })
  expect(await ink(page)).toBeGreaterThan(0.002)
})

it.each([
  ['marks of its own language', 'a <b>bold</b> & "quoted" </span> claim'],
  ['far too much', 'word '.repeat(5000)],
  ['one endless word', 'x'.repeat(3000)],
  ['more lines than fit', 'line\n'.repeat(500)],
  ['scripts of the world', 'Ελληνικά Привет 日本語 עברית العربية'],
])('takes %s', async (_what, text) => {
  expect(await ink(await textPage(text, 200))).toBeGreaterThan(0)
})
