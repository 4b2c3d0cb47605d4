import { sql } from 'kysely'
import { expect, it } from 'vitest'
import { seededCatalog } from '../../tests/seeded-catalog.ts'
import { freeName } from './free-name.ts'

async function folderWith(names: string[]) {
  const { db, userId, first } = await seededCatalog()
  const place = { chapterId: first.chapterId, folder: 'mails' }
  for (const name of names) {
    await sql`insert into documents
      (id, chapter_id, folder, name, current_version_id, created_by, created_at, updated_at)
      values (${name}, ${place.chapterId}, ${place.folder}, ${name}, '', ${userId}, 0, 0)`.execute(
      db.writer,
    )
  }
  return (name: string) => db.write((tx) => freeName(tx, { ...place, name }))
}

it.each([
  [[], 'a.txt', 'a.txt'],
  [['a.txt'], 'a.txt', 'a (2).txt'],
  [['a.txt', 'a (2).txt'], 'a.txt', 'a (3).txt'],
  [['a.tar.gz'], 'a.tar.gz', 'a.tar (2).gz'],
  [['.profile'], '.profile', '.profile (2)'],
  [['a.txt'], 'A.txt', 'A.txt'],
])('of %j, calls the next %s %s', async (names, name, expected) => {
  expect(await (await folderWith(names))(name)).toBe(expected)
})

it('finds the end of a long row of numbers', async () => {
  const names = Array.from({ length: 100 }, (_, i) => `image${i === 0 ? '' : ` (${i + 1})`}.png`)
  expect(await (await folderWith(names))('image.png')).toBe('image (101).png')
})

it('never gives a taken name where there are gaps, nor one that is too long', async () => {
  const next = await folderWith(['a.txt', 'a (2).txt', 'a (4).txt', `${'ü'.repeat(125)}x.pdf`])
  expect(await next('a.txt')).toMatch(/^a \((3|[5-9])\)\.txt$/)
  const long = await next(`${'ü'.repeat(125)}x.pdf`)
  expect([Buffer.byteLength(long) <= 255, long.endsWith(' (2).pdf')]).toEqual([true, true])
})
