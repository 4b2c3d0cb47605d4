import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { parserFile } from '../../core/pipeline/parser-file.ts'
import { fileOf, fixture, openFile } from '../../tests/open-file.ts'
import { documentParser } from './document.ts'
import { hasLibreOffice } from './libre-office.ts'

const PPTX = 'application/vnd.openxmlformats-officedocument.presentationml.presentation'

describe('a picture of the first page by LibreOffice', () => {
  it('shows a slide as it is laid out; without LibreOffice there is none', async () => {
    const { fd } = await openFile(fixture('briefing.pptx'))
    const picture = await documentParser.preview?.(parserFile(fd, PPTX), 320)
    if (!hasLibreOffice()) return expect(picture).toBeUndefined()
    const { width, height, format } = await sharp(picture).metadata()
    expect([format, width]).toEqual(['webp', 320])
    // A slide is wider than high; a page of text would be the other way round.
    expect(height).toBeLessThan(320)
  })

  it('is not made of what LibreOffice cannot open', async () => {
    const { fd } = await fileOf(Buffer.from('{\\rtf1\\ansi'.repeat(3)))
    const rtf = parserFile(fd, 'application/rtf')
    await expect(documentParser.preview?.(rtf, 320)).resolves.toBeUndefined()
  })

  it('is made of nothing that unpacks to more than it may', async () => {
    const { fd } = await fileOf(Buffer.from('PK\x03\x04 and no more'))
    await expect(documentParser.preview?.(parserFile(fd, PPTX), 320)).rejects.toThrow()
  })
})
