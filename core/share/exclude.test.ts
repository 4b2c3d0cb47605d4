import { expect, it } from 'vitest'
import { exclusion, shareExclusion } from './exclude.ts'

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

it('takes only what is wanted, where that is said, and never what is left out', () => {
  const { path, folder } = exclusion(['draft*'], { include: ['*.pdf', 'plans/**'] })
  const out = ['a.txt', 'deep/a.txt', 'draft.pdf', 'plans/draft.txt', '.hidden.pdf']
  expect(out.filter((each) => !path(each))).toEqual([])
  expect(['a.pdf', 'deep/b.pdf', 'plans/2026/a.txt'].filter(path)).toEqual([])
  expect(folder('deep', 'deep')).toBe(false)
})

it('leaves out what an inbox has put aside, and nothing else of that name', () => {
  const rules = { exclude: [], include: [] }
  const inbox = shareExclusion({ ...rules, mode: 'inbox' })
  expect(inbox.folder('done', 'done')).toBe(true)
  expect(inbox.path('done/2026-11-21/a.txt')).toBe(true)
  expect(inbox.folder('plans/done', 'done')).toBe(false)
  expect(shareExclusion({ ...rules, mode: 'mirror' }).folder('done', 'done')).toBe(false)
})
