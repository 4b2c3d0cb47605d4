import { describe, expect, it } from 'vitest'
import { fromInput } from './intake.ts'
import { kindOfName } from './kind-of-name.ts'
import { Line } from './line.ts'
import { Rate } from './rate.ts'

describe('a waiting line', () => {
  it('serves those who have waited before first, and forgets who left', () => {
    const line = new Line<string>()
    for (const item of ['a', 'b', 'c']) line.add(item)
    line.addFirst('c')
    line.remove('a')
    expect([line.size, line.take(), line.take(), line.take()]).toEqual([2, 'c', 'b', undefined])
  })
})

describe('the speed', () => {
  it('is that of the last seconds, not of all time', () => {
    const rate = new Rate()
    rate.add(1_000_000, 0)
    rate.add(600, 10_000)
    rate.add(600, 11_000)
    expect(rate.perSecond(12_000)).toBe(600)
    expect(rate.perSecond(60_000)).toBe(0)
  })
})

describe('chosen files', () => {
  const chosen = (path: string) =>
    Object.defineProperty(new File([''], path.split('/').at(-1)!), 'webkitRelativePath', {
      value: path.includes('/') ? path : '',
    })

  it('keep the folder they were chosen with, and leave the litter of their system behind', () => {
    const files = ['a.txt', 'Unit 4/b.pdf', 'Unit 4/Photos/c.jpg', 'Unit 4/Thumbs.db'].map(chosen)
    expect(fromInput(files).map(({ file, folder }) => [file.name, folder])).toEqual([
      ['a.txt', ''],
      ['b.pdf', 'Unit 4'],
      ['c.jpg', 'Unit 4/Photos'],
    ])
  })

  it('show an icon by their ending', () => {
    expect(['x.PDF', 'a.tar.gz', 'README'].map(kindOfName)).toEqual(['pdf', 'archive', 'other'])
  })
})
