import { expect, it } from 'vitest'
import { parserFile } from '../../core/pipeline/parser-file.ts'
import { zipOf } from '../../scripts/corpus-pack.ts'
import { fileOf, fixture, openFile } from '../../tests/open-file.ts'
import { documentParser } from './document.ts'
import { pageCountOf } from './page-count.ts'
import type { Format } from './tree.ts'

async function pagesOf(bytes: Uint8Array, format: Format) {
  const { fd } = await fileOf(bytes)
  return pageCountOf(parserFile(fd, ''), format)
}

const app = (pages: string) =>
  zipOf([
    ['docProps/app.xml', `<Properties><Words>9</Words><Pages>${pages}</Pages></Properties>`],
    ['word/document.xml', '<w/>'],
  ])

it('tells the pages of a text document as the program says that wrote it', async () => {
  const { fd } = await openFile(fixture('handbook.odt'))
  const file = parserFile(fd, 'application/vnd.oasis.opendocument.text')
  expect((await documentParser.extract(file, () => undefined)).pageCount).toBe(3)
  expect(await pagesOf(app('12'), 'docx')).toBe(12)
  expect(await pagesOf(Buffer.from('{\\rtf1{\\info\\nofpages7}x}'), 'rtf')).toBe(7)
})

it('tells none where nothing believable is said', async () => {
  for (const pages of ['', '0', '-1', 'many', '1e400', '99999999']) {
    expect(await pagesOf(app(pages), 'docx')).toBeUndefined()
  }
  const damaged = zipOf([['docProps/app.xml', '<Properties><Pages>3']])
  expect(await pagesOf(damaged, 'docx')).toBeUndefined()
  expect(await pagesOf(Buffer.from('{\\rtf1 x}'), 'rtf')).toBeUndefined()
  expect(await pagesOf(app('3'), 'epub')).toBeUndefined()
})
