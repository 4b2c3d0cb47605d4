import { onTestFinished } from 'vitest'
import { memoryBlobStore } from '../adapters/memory/blob-store.ts'
import { memoryVectorIndex } from '../adapters/memory/vector-index.ts'
import { sqlCatalog } from '../adapters/sql/catalog.ts'
import { type Access, resolveAccess } from '../core/access/access.ts'
import { newId, newTraceId } from '../core/ids.ts'
import { ingestFile } from '../core/ingest/ingest-file.ts'
import type { Actor, Role, Scope } from '../core/model/actor.ts'
import type { Grant } from '../core/model/library.ts'
import { manualClock } from './manual-clock.ts'
import { migratedCatalog } from './migrated-catalog.ts'
import { temporaryFolder } from './temporary-folder.ts'
import { testKeys } from './test-keys.ts'

export const RANK: Record<Role, number> = { viewer: 1, contributor: 2, admin: 3 }
const ALL: Scope[] = ['read', 'write', 'admin']
/** Most credentials may do all their owner may. */
const SCOPES: Scope[][] = [ALL, ALL, ALL, ALL, ['read'], ['write'], ['read', 'write']]

export interface Person {
  id: string
  isOrgAdmin: boolean
  inGroup: boolean
}

export interface ModelGrant {
  id: string
  bookId: string
  chapterId?: string
  /** A person's id, or that of a group. */
  subject: string
  role: Role
}

export interface ModelDocument {
  id: string
  versionIds: string[]
  chapterId: string
  trashed: boolean
}

export type World = Awaited<ReturnType<typeof makeWorld>>

/**
 * Six people, three books of two chapters, four documents in each, and a copy of it all as a
 * model.
 */
export async function makeWorld(seed: number) {
  const catalog = sqlCatalog(await migratedCatalog(await temporaryFolder()), testKeys)
  onTestFinished(() => catalog.close())
  const clock = manualClock()
  const ports = { catalog, clock, blobs: memoryBlobStore(), index: memoryVectorIndex() }
  const random = seeded(seed)
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T
  const groups = { team: newId(), everyone: newId() }
  const world = {
    ports,
    pick,
    groups,
    people: [] as Person[],
    bookIds: [] as string[],
    chapters: new Map<string, string>(),
    documents: [] as ModelDocument[],
    grants: [] as ModelGrant[],
    names: 0,
  }
  const { people, library } = catalog
  for (const [name, id] of Object.entries(groups)) {
    await people.createGroup({ id, name, isEveryone: name === 'everyone', createdAt: 0 })
  }
  for (let i = 0; i < 6; i++) {
    const person = { id: newId(), isOrgAdmin: i === 0, inGroup: i % 2 === 1 }
    const orgRole = person.isOrgAdmin ? ('admin' as const) : ('member' as const)
    const username = `person${i}`
    await people.createUser({
      id: person.id,
      username,
      displayName: username,
      orgRole,
      createdAt: 0,
    })
    if (person.inGroup) await people.addMember(groups.team, person.id)
    world.people.push(person)
  }
  for (const name of ['One', 'Two', 'Three']) {
    const book = await library.createBook({ id: newId(), name, createdAt: 0 })
    world.bookIds.push(book.id)
    for (const part of ['A', 'B']) {
      const made = { id: newId(), bookId: book.id, name: part, createdAt: 0 }
      world.chapters.set((await library.createChapter(made)).id, book.id)
    }
  }
  for (const chapterId of world.chapters.keys()) {
    for (let i = 0; i < 4; i++) await addDocument(world, chapterId)
  }
  for (let i = 0; i < 8; i++) await giveRole(world)
  return world
}

async function giveRole(world: World): Promise<void> {
  const [chapterId, bookId] = world.pick([...world.chapters])
  const person = world.pick(world.people)
  const place = { bookId, ...(world.pick([true, false]) && { chapterId }) }
  const role = world.pick(['viewer', 'contributor', 'admin'] as const)
  const { library } = world.ports.catalog
  const grant = { id: newId(), ...place, userId: person.id, role, createdAt: 0 }
  const { id } = await library.putGrant(grant)
  setGrant(world, { id, ...place, subject: person.id, role })
}

/** What the model remembers of a grant: one a subject and place. */
export function setGrant(world: World, grant: ModelGrant): void {
  world.grants = [...world.grants.filter((each) => each.id !== grant.id), grant]
}

/** One more document of two versions in a chapter. */
export async function addDocument(world: World, chapterId: string): Promise<void> {
  const { ports, people } = world
  const owner = people[0] as Person
  const access = await resolveAccess(ports, actorOf(owner, ALL))
  const name = `file ${++world.names}.txt`
  const versionIds: string[] = []
  let documentId = ''
  for (const text of ['first', 'second']) {
    const source = (async function* () {
      yield Buffer.from(`${text} ${name}`)
    })()
    const stored = await ingestFile(ports, access, { source, name, chapterId, door: 'web' })
    documentId = stored.documentId
    versionIds.push(stored.version.id)
  }
  world.documents.push({ id: documentId, versionIds, chapterId, trashed: false })
}

/** Who asks, with which credential. */
const actorOf = (person: Person, scopes: readonly Scope[], bookIds?: string[]): Actor => ({
  userId: person.id,
  username: person.id,
  displayName: person.id,
  orgRole: person.isOrgAdmin ? 'admin' : 'member',
  scopes,
  traceId: newTraceId(),
  ...(bookIds && { bookIds }),
})

/** One person with one credential, before one document, chapter, book and grant. */
export function makeScene(world: World) {
  const person = world.pick(world.people)
  const scopes = world.pick(SCOPES)
  const bookIds = world.pick([0, 1, 2, 3]) === 0 ? [world.pick(world.bookIds)] : undefined
  const document = world.pick(world.documents)
  const chapterId = world.pick([...world.chapters.keys()])
  const roleOn = (bookId: string) => roleAt(world, person, { bookId, bookIds })
  const roleIn = (id: string) =>
    roleAt(world, person, { bookId: world.chapters.get(id) ?? '', chapterId: id, bookIds })
  return {
    person,
    scopes,
    bookIds,
    document,
    chapterId,
    bookId: world.pick(world.bookIds),
    grant: world.pick([...world.grants, undefined]),
    subject: world.pick<{ userId: string } | { groupId: string }>([
      ...world.people.map(({ id }) => ({ userId: id })),
      ...Object.values(world.groups).map((id) => ({ groupId: id })),
    ]),
    granted: undefined as Grant | undefined,
    role: world.pick(['viewer', 'contributor', 'admin'] as const),
    name: `name ${++world.names}`,
    roleOn,
    roleIn,
    access: (): Promise<Access> => resolveAccess(world.ports, actorOf(person, scopes, bookIds)),
    told: () => ({
      isOrgAdmin: person.isOrgAdmin,
      scopes,
      limited: bookIds !== undefined,
      onDocument: roleIn(document.chapterId),
      onChapter: roleIn(chapterId),
      trashed: document.trashed,
    }),
  }
}

export type Scene = ReturnType<typeof makeScene>

/** The model of rights, worked out from the grants one by one. */
function roleAt(
  world: World,
  person: Person,
  at: { bookId: string; chapterId?: string; bookIds: string[] | undefined },
): Role | undefined {
  if (at.bookIds && !at.bookIds.includes(at.bookId)) return undefined
  if (person.isOrgAdmin) return 'admin'
  const subjects = [person.id, world.groups.everyone]
  if (person.inGroup) subjects.push(world.groups.team)
  const roles = world.grants
    .filter((grant) => grant.bookId === at.bookId && subjects.includes(grant.subject))
    .filter((grant) => grant.chapterId === undefined || grant.chapterId === at.chapterId)
    .map((grant) => grant.role)
  return roles.sort((a, b) => RANK[b] - RANK[a])[0]
}

/** Numbers from 0 to 1 that only the seed decides (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
