import { expect, it } from 'vitest'
import {
  addDocument,
  makeScene,
  makeWorld,
  RANK,
  type Scene,
  setGrant,
  type World,
} from '../../tests/library-world.ts'
import type { Access } from '../access/access.ts'
import type { Comparer } from '../compare/comparer.ts'
import { codeOf } from '../errors.ts'
import type { Role, Scope } from '../model/actor.ts'
import type { ListQuery } from '../ports/index.ts'
import { createBook, createChapter, renameBook, renameChapter } from './books.ts'
import { compareVersions } from './compare-versions.ts'
import { documentText } from './document-text.ts'
import { getDocument } from './get-document.ts'
import { listGrants, putGrant, removeGrant } from './grants.ts'
import { listDocuments, listFolders } from './list-documents.ts'
import { getVersion, listVersions } from './list-versions.ts'
import { moveDocument } from './move-document.ts'
import { openDocument, openVersion } from './open-version.ts'
import { restoreVersion } from './restore-version.ts'
import { retryDocument } from './retry-document.ts'
import { purgeDocument, restoreDocument, trashDocument } from './trash.ts'

/** Nothing is read in this world, so there is nothing to compare. */
const NO_TEXTS: Comparer = {
  page: () => Promise.reject(new Error('nothing was read')),
  close: async () => undefined,
}

type Outcome = 'ok' | 'not_found' | 'forbidden' | 'conflict'

const ROUNDS = 2000
const MAY_SEE: readonly string[] = ['viewer', 'contributor', 'admin']

it(`lets each role do what it may and nothing more, in ${ROUNDS} random deeds`, async () => {
  const world = await makeWorld(Number(process.env.SEED ?? 4242))
  const seen = new Map<string, number>()
  for (let round = 0; round < ROUNDS; round++) {
    const deed = world.pick(DEEDS)
    const scene = makeScene(world)
    const expected = deed.expect(world, scene)
    const outcome = await outcomeOf(deed.run(world, await scene.access(), scene))
    const told = `round ${round}: ${deed.name} by ${JSON.stringify(scene.told())}`
    expect(outcome, told).toBe(expected)
    if (outcome === 'ok') await deed.apply?.(world, scene)
    const key = `${deed.name} ${outcome}`
    seen.set(key, (seen.get(key) ?? 0) + 1)
    await compareLists(world, await scene.access(), scene)
  }
  for (const deed of DEEDS) expect(seen.get(`${deed.name} ok`) ?? 0, deed.name).toBeGreaterThan(0)
}, 180_000)

const atLeast = (role: Role | undefined, needed: Role): Outcome =>
  role === undefined ? 'not_found' : RANK[role] >= RANK[needed] ? 'ok' : 'forbidden'

const onDocument = ({ document, roleIn }: Scene, needed: Role): Outcome => {
  const role = roleIn(document.chapterId)
  if (document.trashed && role === 'viewer') return 'not_found'
  return atLeast(role, needed)
}

const onBook = (world: World, { roleOn, roleIn, bookId }: Scene, needed: Role): Outcome => {
  const role = roleOn(bookId)
  if (role) return atLeast(role, needed)
  const inside = [...world.chapters].filter(([, book]) => book === bookId)
  return inside.some(([id]) => roleIn(id)) ? 'forbidden' : 'not_found'
}

const scoped = (scene: Scene, scope: Scope): Outcome =>
  scene.scopes.includes(scope) ? 'ok' : 'forbidden'

/** The first that is not `ok`: rights are checked in this order. */
const all = (...outcomes: Outcome[]): Outcome => outcomes.find((each) => each !== 'ok') ?? 'ok'

const unless = (isWrong: boolean): Outcome => (isWrong ? 'conflict' : 'ok')

interface Deed {
  name: string
  run(world: World, access: Access, scene: Scene): Promise<unknown>
  expect(world: World, scene: Scene): Outcome
  apply?(world: World, scene: Scene): void | Promise<void>
}

const reading = (
  name: string,
  run: (ports: World['ports'], access: Access, scene: Scene) => Promise<unknown>,
): Deed => ({
  name,
  run: (world, access, scene) => run(world.ports, access, scene),
  expect: (_, scene) => all(scoped(scene, 'read'), onDocument(scene, 'viewer')),
})

const READING: Deed[] = [
  reading('get', (ports, access, { document }) => getDocument(ports, access, document.id)),
  reading('open', (ports, access, { document }) => openDocument(ports, access, document.id)),
  reading('open version', (ports, access, { document }) =>
    openVersion(ports, access, document.versionIds[0] ?? ''),
  ),
  reading('history', (ports, access, { document }) =>
    listVersions(ports, access, { documentId: document.id, limit: 50 }),
  ),
  reading('one of the history', (ports, access, { document }) =>
    getVersion(ports, access, document.versionIds[0] ?? ''),
  ),
  reading('compare', (ports, access, { document }) =>
    compareVersions(ports, access, {
      comparer: NO_TEXTS,
      documentId: document.id,
      fromId: document.versionIds[0] ?? '',
      toId: document.versionIds.at(-1) ?? '',
    }),
  ),
  reading('text', (ports, access, { document }) =>
    documentText(ports, access, {
      documentId: document.id,
      versionId: document.versionIds[0] ?? '',
    }),
  ),
  {
    name: 'folders',
    run: ({ ports }, access, { chapterId }) =>
      listFolders(ports, access, { chapterId, folder: '' }),
    expect: (_, scene) =>
      all(scoped(scene, 'read'), atLeast(scene.roleIn(scene.chapterId), 'viewer')),
  },
]

const CHANGING: Deed[] = [
  {
    name: 'move',
    run: ({ ports }, access, { document, chapterId, name }) =>
      moveDocument(ports, access, { id: document.id, chapterId, name }),
    expect: (_, scene) =>
      all(
        scoped(scene, 'write'),
        onDocument(scene, 'contributor'),
        atLeast(scene.roleIn(scene.chapterId), 'contributor'),
        unless(scene.document.trashed),
      ),
    apply: (_, { document, chapterId }) => {
      document.chapterId = chapterId
    },
  },
  {
    name: 'trash',
    run: ({ ports }, access, { document }) => trashDocument(ports, access, document.id),
    expect: (_, scene) => all(scoped(scene, 'write'), onDocument(scene, 'contributor')),
    apply: (_, { document }) => {
      document.trashed = true
    },
  },
  {
    name: 'restore',
    run: ({ ports }, access, { document }) => restoreDocument(ports, access, document.id),
    expect: (_, scene) => all(scoped(scene, 'write'), onDocument(scene, 'contributor')),
    apply: (_, { document }) => {
      document.trashed = false
    },
  },
  {
    name: 'restore version',
    run: ({ ports }, access, { document }) =>
      restoreVersion(ports, access, document.versionIds[0] ?? ''),
    expect: (_, scene) =>
      all(scoped(scene, 'write'), onDocument(scene, 'contributor'), unless(scene.document.trashed)),
  },
  {
    name: 'retry',
    run: ({ ports }, access, { document }) =>
      retryDocument(ports, access, { documentId: document.id }),
    expect: (_, scene) => all(scoped(scene, 'write'), onDocument(scene, 'contributor')),
  },
  {
    name: 'purge',
    run: ({ ports }, access, { document }) => purgeDocument(ports, access, document.id),
    expect: (_, scene) =>
      all(scoped(scene, 'write'), onDocument(scene, 'admin'), unless(!scene.document.trashed)),
    apply: async (world, { document }) => {
      world.documents = world.documents.filter((each) => each !== document)
      await addDocument(world, document.chapterId)
    },
  },
]

const SHELVING: Deed[] = [
  {
    name: 'create book',
    run: ({ ports }, access, { name }) => createBook(ports, access, name),
    expect: (_, { person, scopes, bookIds }) =>
      person.isOrgAdmin && scopes.includes('admin') && !bookIds ? 'ok' : 'forbidden',
  },
  {
    name: 'rename book',
    run: ({ ports }, access, { bookId, name }) => renameBook(ports, access, { id: bookId, name }),
    expect: (world, scene) => all(scoped(scene, 'write'), onBook(world, scene, 'admin')),
  },
  {
    name: 'create chapter',
    run: ({ ports }, access, { bookId, name }) => createChapter(ports, access, { bookId, name }),
    expect: (world, scene) => all(scoped(scene, 'write'), onBook(world, scene, 'admin')),
  },
  {
    name: 'rename chapter',
    run: ({ ports }, access, { chapterId, name }) =>
      renameChapter(ports, access, { id: chapterId, name }),
    expect: (_, scene) =>
      all(scoped(scene, 'write'), atLeast(scene.roleIn(scene.chapterId), 'admin')),
  },
]

const GRANTING: Deed[] = [
  {
    name: 'list grants',
    run: ({ ports }, access, { chapterId }) => listGrants(ports, access, { chapterId }),
    expect: (_, scene) =>
      all(scoped(scene, 'read'), atLeast(scene.roleIn(scene.chapterId), 'admin')),
  },
  {
    name: 'grant on a chapter',
    run: async ({ ports }, access, scene) => {
      const place = { chapterId: scene.chapterId }
      scene.granted = await putGrant(ports, access, { place, role: scene.role, ...scene.subject })
    },
    expect: (_, scene) =>
      all(scoped(scene, 'write'), atLeast(scene.roleIn(scene.chapterId), 'admin')),
    apply: remember,
  },
  {
    name: 'grant on a book',
    run: async ({ ports }, access, scene) => {
      const place = { bookId: scene.bookId }
      scene.granted = await putGrant(ports, access, { place, role: scene.role, ...scene.subject })
    },
    expect: (world, scene) => all(scoped(scene, 'write'), onBook(world, scene, 'admin')),
    apply: remember,
  },
  {
    name: 'take a grant back',
    run: ({ ports }, access, { grant }) => removeGrant(ports, access, grant?.id ?? 'none'),
    expect: (world, scene) => all(scoped(scene, 'write'), onGrant(world, scene)),
    apply: (world, { grant }) => {
      world.grants = world.grants.filter((each) => each !== grant)
    },
  },
]

const DEEDS = [...READING, ...CHANGING, ...SHELVING, ...GRANTING]

function onGrant(world: World, scene: Scene): Outcome {
  const { grant } = scene
  if (!grant) return 'not_found'
  if (grant.chapterId) return atLeast(scene.roleIn(grant.chapterId), 'admin')
  return onBook(world, { ...scene, bookId: grant.bookId }, 'admin')
}

function remember(world: World, { granted }: Scene): void {
  if (!granted) return
  const { id, bookId, chapterId, role } = granted
  const subject = granted.userId ?? granted.groupId ?? ''
  setGrant(world, { id, bookId, subject, role, ...(chapterId && { chapterId }) })
}

async function outcomeOf(deed: Promise<unknown>): Promise<Outcome> {
  try {
    await deed
    return 'ok'
  } catch (error) {
    return codeOf(error) as Outcome
  }
}

/** What lists show is what the model says may be seen: nothing less, nothing more. */
async function compareLists(world: World, access: Access, scene: Scene): Promise<void> {
  if (!scene.scopes.includes('read')) return
  const query: ListQuery = { sort: 'name', descending: false, limit: 200 }
  const seenBy = (trashed: boolean, roles: readonly string[]) =>
    world.documents
      .filter((each) => each.trashed === trashed)
      .filter((each) => roles.includes(scene.roleIn(each.chapterId) ?? ''))
      .map((each) => each.id)
      .sort()
  const idsOf = async (trashed: boolean) => {
    const { items } = await listDocuments(world.ports, access, { ...query, trashed })
    return items.map((row) => row.id).sort()
  }
  expect(await idsOf(false)).toEqual(seenBy(false, MAY_SEE))
  expect(await idsOf(true)).toEqual(seenBy(true, MAY_SEE.slice(1)))
}
