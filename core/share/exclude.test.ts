import { expect, it } from 'vitest'
import { exclusion } from './exclude.ts'

it('leaves out what is not there to stay, and nothing else', () => {
  const { path } = exclusion([])
  const out = [
    '~$report.docx',
    '.~lock.report.odt#',
    'film.mkv.part',
    'setup.exe.crdownload',
    '.DS_Store',
    'Thumbs.db',
    'THUMBS.DB',
    'desktop.ini',
    '.nfs000000000001',
    '.report.pdf.Xa81bc',
    '.Trash-1000/files/old.pdf',
    'a/$RECYCLE.BIN/b.txt',
  ]
  expect(out.filter((each) => !path(each))).toEqual([])
  const kept = ['report.docx', 'part', 'a.parts', 'tmp/a.txt', '~draft.txt', 'lost+found.txt']
  expect(kept.filter(path)).toEqual([])
})

it('holds a pattern without a slash against names, one with a slash against paths', () => {
  const { path } = exclusion(['*.bak', '/archive/**', 'private', 'plans/*/draft.txt'])
  expect(path('deep/down/x.bak')).toBe(true)
  expect(path('archive/2020/a.txt')).toBe(true)
  expect(path('old/archive/a.txt')).toBe(false)
  expect(path('team/private/a.txt')).toBe(true)
  expect(path('plans/roof/draft.txt')).toBe(true)
  expect(path('plans/roof/v2/draft.txt')).toBe(false)
})
