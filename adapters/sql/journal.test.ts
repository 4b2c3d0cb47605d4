import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { newId } from '../../core/ids.ts'
import type { Journal } from '../../core/ports/index.ts'
import { type Database, openDatabase } from './database.ts'
import { sqlJournal } from './journal.ts'
import { sqlLibrary } from './library.ts'
import { migrateUp } from './migrate.ts'
import { type NewEvent, writeEvent } from './record.ts'
import { sqlSettings } from './settings.ts'

let folder: string
let db: Database
let journal: Journal

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'onefold-journal-'))
  db = openDatabase(join(folder, 'catalog.sqlite'))
  await migrateUp(db.writer)
  journal = sqlJournal(db)
})

afterEach(async () => {
  await db.close()
  await rm(folder, { recursive: true })
})

const tell = (event: Partial<NewEvent>) =>
  db.write((tx) => writeEvent(tx, { kind: 'document', payload: {}, at: 1, ...event }))

it('tells events to those who see the chapter, and private ones to their owner', async () => {
  await tell({ chapterId: 'c1', payload: { n: 1 } })
  await tell({ chapterId: 'c2', payload: { n: 2 } })
  await tell({ kind: 'upload', userId: 'ana', chapterId: 'c1', payload: { n: 3 } })
  await tell({ kind: 'share', payload: { n: 4 } })
  const told = async (visible: 'all' | string[], userId: string, after = 0) =>
    (await journal.events(visible, userId, after, 100)).map((event) => event.payload['n'])
  expect(await told(['c1'], 'ana')).toEqual([1, 3])
  expect(await told(['c1', 'c2'], 'bob')).toEqual([1, 2])
  expect(await told([], 'bob')).toEqual([])
  expect(await told('all', 'root')).toEqual([1, 2, 4])
  expect(await told('all', 'root', 2)).toEqual([4])
})

it('never gives an event id again, even after clearing all of them away', async () => {
  expect(await journal.lastEventId()).toBe(0)
  await tell({ at: 5 })
  await journal.prune('events', 6, 10)
  expect(await journal.lastEventId()).toBe(1)
  await tell({ at: 7 })
  expect((await journal.events('all', 'x', 1, 10))[0]?.id).toBe(2)
})

it('pages through the audit from the newest entry, and never changes one', async () => {
  for (const n of [1, 2, 3]) {
    await journal.audit({ at: n, action: 'a', subject: 's', detail: { n }, traceId: 't' })
  }
  const first = await journal.auditPage(2)
  expect(first.items.map((entry) => entry.detail['n'])).toEqual([3, 2])
  const second = await journal.auditPage(2, first.nextCursor)
  expect(second.items.map((entry) => entry.detail['n'])).toEqual([1])
  expect(second.nextCursor).toBeUndefined()
  await expect(journal.auditPage(2, 'nonsense')).rejects.toMatchObject({ reason: 'CURSOR' })
  await expect(db.writer.deleteFrom('audit').execute()).rejects.toThrow('append-only')
})

it('keeps what files, chapters and books were called when it happened', async () => {
  const library = sqlLibrary(db)
  const by = { traceId: 't', now: 1 }
  const book = await library.createBook({ id: newId(), name: 'Plans', createdAt: 1 }, undefined, by)
  const chapter = { id: newId(), bookId: book.id, name: 'Bridges', createdAt: 1 }
  await library.createChapter(chapter, by)
  await library.renameChapter(chapter.id, 'Tunnels', by)
  await library.renameBook(book.id, 'Works', by)
  await library.removeChapter(chapter.id, by)
  await library.removeBook(book.id, by)
  const { items } = await journal.auditPage(50)
  expect(items.map((row) => [row.action, row.subjectName, row.subjectPlace])).toEqual([
    ['book.remove', 'Works', undefined],
    ['chapter.remove', 'Tunnels', 'Works'],
    ['book.rename', 'Plans', undefined],
    ['chapter.rename', 'Bridges', 'Plans'],
    ['chapter.create', 'Bridges', 'Plans'],
    ['book.create', 'Plans', undefined],
  ])
})

it('keeps the first value of a setting', async () => {
  const settings = sqlSettings(db)
  expect(await settings.get('k')).toBeUndefined()
  expect(await settings.putOnce('k', 'a')).toBe('a')
  expect(await settings.putOnce('k', 'b')).toBe('a')
  expect(await settings.get('k')).toBe('a')
})
