import { expect, it } from 'vitest'
import type { Book, Folder } from '../../../api-types.ts'
import { bookKey, type FoldersOf, folderKey, keysAbove, visibleNodes } from './nodes.ts'
import { treeAction } from './tree-keys.ts'

const chapter = (id: string) => ({
  id,
  name: `Chapter ${id}`,
  role: 'admin' as const,
  document_count: 2,
  on_conflict: null,
})
const books: Book[] = [
  {
    id: 'b1',
    name: 'Alpha',
    role: 'admin',
    created_at: 0,
    type_rule: null,
    may_leave: false,
    chapters: [chapter('c1'), chapter('c2')],
  },
  {
    id: 'b2',
    name: 'Beta',
    role: 'admin',
    created_at: 0,
    type_rule: null,
    may_leave: false,
    chapters: [],
  },
]
const folder = (path: string): Folder => ({
  name: path.split('/').at(-1)!,
  path,
  document_count: 1,
})
const known: Record<string, Folder[]> = {
  'c1/': [folder('Photos'), folder('Plans')],
  'c1/Photos': [folder('Photos/2026')],
  'c1/Plans': [],
}
const foldersOf: FoldersOf = (id, path) => known[`${id}/${path}`]

const all = new Set([bookKey('b1'), folderKey('c1', ''), folderKey('c1', 'Photos')])
const nodes = visibleNodes(books, all, foldersOf)
const named = (name: string) => nodes.find((node) => node.name === name)!

it('shows what lies inside of expanded lines, in order, with their levels', () => {
  expect(nodes.map((node) => `${node.level} ${node.name}`)).toEqual([
    '1 Alpha',
    '2 Chapter c1',
    '3 Photos',
    '4 2026',
    '3 Plans',
    '2 Chapter c2',
    '1 Beta',
  ])
})

it('hides everything inside of a collapsed book', () => {
  expect(visibleNodes(books, new Set(), foldersOf).map((node) => node.name)).toEqual([
    'Alpha',
    'Beta',
  ])
})

it('offers to open a folder until it is known to hold none', () => {
  expect(named('2026').expandable).toBe(true)
  expect(named('Plans').expandable).toBe(false)
  expect(named('Beta').expandable).toBe(false)
})

it('counts siblings for screen readers', () => {
  expect(named('Plans')).toMatchObject({ position: 2, siblings: 2 })
})

it('knows which lines to open so that a folder is seen', () => {
  expect(keysAbove('b1', 'c1', 'Photos/2026/May')).toEqual([
    bookKey('b1'),
    folderKey('c1', ''),
    folderKey('c1', 'Photos'),
    folderKey('c1', 'Photos/2026'),
  ])
  expect(keysAbove('b1', 'c1', '')).toEqual([bookKey('b1')])
})

it.each([
  ['ArrowDown', 'Photos', { kind: 'focus', key: named('2026').key }],
  ['ArrowUp', 'Photos', { kind: 'focus', key: named('Chapter c1').key }],
  ['ArrowLeft', '2026', { kind: 'focus', key: named('Photos').key }],
  ['ArrowLeft', 'Photos', { kind: 'collapse', key: named('Photos').key }],
  ['ArrowRight', 'Photos', { kind: 'focus', key: named('2026').key }],
  ['ArrowRight', '2026', { kind: 'expand', key: named('2026').key }],
  ['ArrowRight', 'Plans', undefined],
  ['End', 'Alpha', { kind: 'focus', key: named('Beta').key }],
  ['Enter', 'Plans', { kind: 'pick', key: named('Plans').key }],
  ['p', 'Photos', { kind: 'focus', key: named('Plans').key }],
])('%s on %s', (pressed, name, action) => {
  expect(treeAction(nodes, named(name).key, pressed)).toEqual(action)
})
