import { expect, it } from 'vitest'
import { fromDrop, MOST_ASKED } from './intake.ts'

/** What was asked of the browser since the page last had a turn, and the most there ever was. */
function newDesk() {
  const desk = { asked: 0, most: 0 }
  return {
    desk,
    ask() {
      if (desk.asked++ === 0) setTimeout(() => (desk.asked = 0))
      desk.most = Math.max(desk.most, desk.asked)
    },
  }
}

/** A dropped folder, as browsers hand it over: a hundred entries at a time, answered at once. */
function folderOf(name: string, inside: FileSystemEntry[], ask: () => void) {
  return {
    isFile: false,
    isDirectory: true,
    name,
    createReader() {
      let at = 0
      return {
        readEntries(done: (entries: FileSystemEntry[]) => void) {
          ask()
          const some = inside.slice(at, at + 100)
          at += 100
          queueMicrotask(() => done(some))
        },
      }
    },
  } as unknown as FileSystemEntry
}

const fileOf = (name: string, ask: () => void) =>
  ({
    isFile: true,
    isDirectory: false,
    name,
    file(done: (file: File) => void) {
      ask()
      queueMicrotask(() => done(new File([name], name)))
    },
  }) as unknown as FileSystemEntry

const dropOf = (entries: FileSystemEntry[]) =>
  ({
    items: entries.map((entry) => ({ kind: 'file', webkitGetAsEntry: () => entry })),
  }) as unknown as DataTransfer

it('asks the browser about few files in a turn of the page, however many were dropped', async () => {
  const { desk, ask } = newDesk()
  const shelves = Array.from({ length: 5 }, (_, shelf) => {
    const notes = Array.from({ length: 250 }, (_, note) => fileOf(`${shelf}-${note}.txt`, ask))
    return folderOf(`Shelf ${shelf}`, notes, ask)
  })
  const counts: number[] = []
  const files = await fromDrop(dropOf([folderOf('Archive', shelves, ask)]), (found) =>
    counts.push(found),
  )
  expect(files).toHaveLength(1250)
  expect(counts).toEqual(Array.from({ length: 1250 }, (_, index) => index + 1))
  expect(desk.most).toBeLessThanOrEqual(MOST_ASKED)
})

it('keeps the order and the folders, and leaves litter behind', async () => {
  const ask = () => {}
  const inner = folderOf('Unit 4', [fileOf('b.txt', ask), fileOf('.DS_Store', ask)], ask)
  const files = await fromDrop(
    dropOf([folderOf('Plant', [fileOf('a.txt', ask), inner], ask), fileOf('c.txt', ask)]),
  )
  expect(files.map(({ file, folder }) => [folder, file.name])).toEqual([
    ['Plant', 'a.txt'],
    ['Plant/Unit 4', 'b.txt'],
    ['', 'c.txt'],
  ])
})

it('fails when an entry cannot be read, and answers all the same who asked besides', async () => {
  const ask = () => {}
  const gone = {
    isFile: true,
    isDirectory: false,
    name: 'gone.txt',
    file: (_: unknown, fail: (error: Error) => void) => fail(new Error('gone')),
  } as unknown as FileSystemEntry
  await expect(fromDrop(dropOf([gone, fileOf('a.txt', ask)]))).rejects.toThrow('gone')
})
