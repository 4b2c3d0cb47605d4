import { newId } from '../../../core/ids.ts'
import type { Role } from '../../../core/model/actor.ts'
import { reindexPointers } from '../../../core/search/relink.ts'
import { currentOf, type Model, type ModelDocument, roleInChapter } from './model.ts'
import { type AccessWorld, addDocument, addVersion, release, tellKnown } from './world.ts'

const MOST_DOCUMENTS = 60

/** Somebody who could see a document before a change, and cannot after it. */
interface Loss {
  personId: string
  document: ModelDocument
}

type Change = (world: AccessWorld) => Promise<void>

/** Does something to rights, people or documents, and says who lost sight of what. */
export async function change(world: AccessWorld): Promise<{ name: string; losses: Loss[] }> {
  const before = sights(world.model)
  const [name, deed] = world.pick(DRAWN)
  await deed(world)
  const after = sights(world.model)
  const losses: Loss[] = []
  for (const [personId, documents] of before) {
    for (const document of documents) {
      if (!after.get(personId)?.has(document)) losses.push({ personId, document })
    }
  }
  return { name, losses }
}

function sights(model: Model): Map<string, Set<ModelDocument>> {
  const told = model.documents.filter(({ isTrashed, waits }) => !isTrashed && !waits)
  return new Map(
    model.people.map((person) => [
      person.id,
      new Set(told.filter(({ chapterId }) => roleInChapter(model, { person }, chapterId))),
    ]),
  )
}

/** A call of an administrator, which must succeed. */
async function call(world: AccessWorld, method: string, path: string, json?: unknown) {
  const given = { token: world.root.token, ...(json !== undefined && { json }) }
  const { status, text } = await world.ask(method, path, given)
  if (status >= 300) throw new Error(`${method} ${path} was answered with ${status}: ${text}`)
  return text === '' ? {} : (JSON.parse(text) as Record<string, string>)
}

async function grant(world: AccessWorld): Promise<void> {
  const { model, pick } = world
  const [chapterId, { bookId }] = pick([...model.chapters])
  const chapter = pick([true, true, false])
  const people = model.people.map(({ id }) => ({ user_id: id }))
  const groups = model.groups.map(({ id }) => ({ group_id: id }))
  // The group of everyone is one of several: a grant to it opens a chapter to all.
  const subject = pick<{ user_id?: string; group_id?: string }>([...people, ...groups])
  const role = pick<Role>(['viewer', 'viewer', 'contributor', 'admin'])
  const path = chapter ? `/api/v1/chapters/${chapterId}/grants` : `/api/v1/books/${bookId}/grants`
  const { id = '' } = await call(world, 'POST', path, { ...subject, role })
  const given = { id, bookId, subject: subject.user_id ?? subject.group_id ?? '', role }
  model.grants = model.grants.filter((each) => each.id !== id)
  model.grants.push({ ...given, ...(chapter && { chapterId }) })
}

async function revoke(world: AccessWorld): Promise<void> {
  const { model, pick } = world
  if (model.grants.length === 0) return
  const taken = pick(model.grants)
  await call(world, 'DELETE', `/api/v1/grants/${taken.id}`)
  model.grants = model.grants.filter((each) => each !== taken)
}

async function join(world: AccessWorld): Promise<void> {
  const { model, pick } = world
  const group = pick(model.groups.filter(({ members }) => members))
  const person = pick(model.people)
  await call(world, 'PUT', `/api/v1/groups/${group.id}/members/${person.id}`)
  group.members?.add(person.id)
}

async function leave(world: AccessWorld): Promise<void> {
  const { model, pick } = world
  const group = pick(model.groups.filter(({ members }) => members))
  const personId = pick([...(group.members ?? []), world.pick(model.people).id])
  await call(world, 'DELETE', `/api/v1/groups/${group.id}/members/${personId}`)
  group.members?.delete(personId)
}

/** A group that is removed and made again under its name is another one: it inherits nothing. */
async function remakeGroup(world: AccessWorld): Promise<void> {
  const { model, pick } = world
  const group = pick(model.groups.filter(({ members }) => members))
  await call(world, 'DELETE', `/api/v1/groups/${group.id}`)
  model.grants = model.grants.filter(({ subject }) => subject !== group.id)
  const { id = '' } = await call(world, 'POST', '/api/v1/groups', { name: `Group ${newId()}` })
  group.id = id
  group.members = new Set()
}

async function disable(world: AccessWorld): Promise<void> {
  const person = world.pick(world.model.people)
  person.isDisabled = !person.isDisabled
  await call(world, 'PATCH', `/api/v1/users/${person.id}`, { disabled: person.isDisabled })
}

async function enable(world: AccessWorld): Promise<void> {
  for (const person of world.model.people.filter(({ isDisabled }) => isDisabled)) {
    person.isDisabled = false
    await call(world, 'PATCH', `/api/v1/users/${person.id}`, { disabled: false })
  }
}

async function promote(world: AccessWorld): Promise<void> {
  const { model, pick } = world
  const admins = model.people.filter(({ isOrgAdmin }) => isOrgAdmin)
  const person = admins[0] ?? pick(model.people)
  person.isOrgAdmin = !person.isOrgAdmin
  const org_role = person.isOrgAdmin ? 'admin' : 'member'
  await call(world, 'PATCH', `/api/v1/users/${person.id}`, { org_role })
}

async function move(world: AccessWorld): Promise<void> {
  const { model, pick } = world
  const document = pick(model.documents.filter(({ isTrashed }) => !isTrashed))
  const chapterId = pick([...model.chapters.keys()])
  await call(world, 'PATCH', `/api/v1/documents/${document.id}`, { chapter_id: chapterId })
  document.chapterId = chapterId
  await tellIndex(world, document)
}

async function rename(world: AccessWorld): Promise<void> {
  const document = world.pick(world.model.documents.filter(({ isTrashed }) => !isTrashed))
  const name = `${world.pick(WORDS_OF_NAMES)} doc${document.number}q.pdf`
  await call(world, 'PATCH', `/api/v1/documents/${document.id}`, { name })
  document.name = name
}

const WORDS_OF_NAMES = ['plan', 'minutes', 'invoice']

async function trash(world: AccessWorld): Promise<void> {
  const document = world.pick(world.model.documents.filter(({ isTrashed }) => !isTrashed))
  await call(world, 'DELETE', `/api/v1/documents/${document.id}`)
  document.isTrashed = true
  await tellIndex(world, document)
}

async function restore(world: AccessWorld): Promise<void> {
  const lying = world.model.documents.filter(({ isTrashed }) => isTrashed)
  for (const document of lying.slice(0, 3)) {
    await call(world, 'POST', `/api/v1/documents/${document.id}/restore`)
    document.isTrashed = false
    await tellIndex(world, document)
  }
}

/** Often later, as when the worker is behind: until then only the exact check keeps answers right. */
async function tellIndex(world: AccessWorld, document: ModelDocument): Promise<void> {
  document.isStale = world.random() < 0.5
  if (!document.isStale) await reindexPointers(world.ports, currentOf(document).digest)
}

async function catchUp(world: AccessWorld): Promise<void> {
  for (const document of world.model.documents) {
    if (document.isStale) await reindexPointers(world.ports, currentOf(document).digest)
    document.isStale = false
    if (document.waits && !document.isTrashed) await release(world, document)
  }
  await tellKnown(world)
}

async function newVersion(world: AccessWorld): Promise<void> {
  const settled = world.model.documents.filter(({ isTrashed, isStale }) => !isTrashed && !isStale)
  const document = settled.length > 0 ? world.pick(settled) : undefined
  if (document) await addVersion(world, document, { waits: world.random() < 0.3 })
}

async function newDocument(world: AccessWorld): Promise<void> {
  if (world.model.documents.length < MOST_DOCUMENTS) await addDocument(world)
}

/** How often each is drawn: what is given goes again about as often. */
const CHANGES: readonly [name: string, times: number, change: Change][] = [
  ['grant', 8, grant],
  ['revoke', 9, revoke],
  ['join', 5, join],
  ['leave', 4, leave],
  ['remake group', 1, remakeGroup],
  ['disable', 2, disable],
  ['enable', 2, enable],
  ['promote', 2, promote],
  ['move', 3, move],
  ['rename', 1, rename],
  ['trash', 2, trash],
  ['restore', 2, restore],
  ['catch up', 3, catchUp],
  ['new version', 2, newVersion],
  ['new document', 1, newDocument],
]

const DRAWN = CHANGES.flatMap(([name, times, deed]) =>
  Array.from({ length: times }, () => [name, deed] as const),
)
