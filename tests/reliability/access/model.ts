import type { Digest } from '../../../core/digest.ts'
import type { Role } from '../../../core/model/actor.ts'

interface ModelPerson {
  id: string
  /** For all that the person may do. */
  token: string
  /** For one book only. */
  limited: { token: string; bookId: string }
  isOrgAdmin: boolean
  isDisabled: boolean
}

interface ModelGroup {
  id: string
  /** Null for the group of everyone. */
  members: Set<string> | null
}

interface ModelGrant {
  id: string
  bookId: string
  chapterId?: string
  /** Id of a person or a group. */
  subject: string
  role: Role
}

/** What is in a file. Its first word, `cont17q`, is in no other. */
export interface ModelContent {
  number: number
  digest: Digest
  text: string
  /** Contents of one family are almost the same. */
  family: number
  /** That `near` and `preview` were done, which is when nobody had the content before. */
  isPictured: boolean
}

/** `doc17q` is in its name and in no other. */
export interface ModelDocument {
  id: string
  number: number
  name: string
  folder: string
  chapterId: string
  contents: ModelContent[]
  isTrashed: boolean
  /** Its newest version is stored and not released. */
  waits: boolean
  /** The indexes do not know yet where it is now. */
  isStale: boolean
  isPictured: boolean
}

/** What the test knows of the box: told by nobody but the test, and by none of the box's own code. */
export interface Model {
  people: ModelPerson[]
  groups: ModelGroup[]
  grants: ModelGrant[]
  /** Number of each book, by id; `book3q` is in its name. */
  books: Map<string, number>
  chapters: Map<string, { number: number; bookId: string }>
  documents: ModelDocument[]
  contents: ModelContent[]
}

/** Who asks, with the token for all or the one for a book. */
export interface Asker {
  person: ModelPerson
  bookId?: string
}

const STRENGTH: readonly Role[] = ['viewer', 'contributor', 'admin']

const subjectsOf = ({ groups }: Model, { id }: ModelPerson): string[] => [
  id,
  ...groups.filter(({ members }) => members?.has(id) ?? true).map((group) => group.id),
]

/** The strongest of the grants one by one; `chapterId` absent for the whole book. */
export function roleOf(
  model: Model,
  { person, bookId: only }: Asker,
  at: { bookId: string; chapterId?: string },
): Role | undefined {
  if (person.isDisabled || (only !== undefined && only !== at.bookId)) return undefined
  if (person.isOrgAdmin) return 'admin'
  const subjects = subjectsOf(model, person)
  const roles = model.grants
    .filter((grant) => grant.bookId === at.bookId && subjects.includes(grant.subject))
    .filter((grant) => grant.chapterId === undefined || grant.chapterId === at.chapterId)
    .map(({ role }) => STRENGTH.indexOf(role))
  return STRENGTH[Math.max(...roles, -1)]
}

export const roleInChapter = (model: Model, asker: Asker, chapterId: string): Role | undefined =>
  roleOf(model, asker, { chapterId, bookId: model.chapters.get(chapterId)?.bookId ?? '' })

/** Documents that the asker may know of; the trash is there for those who could have used it. */
export const seenBy = (model: Model, asker: Asker): ModelDocument[] =>
  model.documents.filter(({ chapterId, isTrashed }) => {
    const role = roleInChapter(model, asker, chapterId)
    return role !== undefined && !(isTrashed && role === 'viewer')
  })

export const findableBy = (model: Model, asker: Asker): ModelDocument[] =>
  seenBy(model, asker).filter(({ isTrashed, waits }) => !isTrashed && !waits)

export const currentOf = ({ contents }: ModelDocument): ModelContent =>
  contents.at(-1) as ModelContent

/** Everything that may stand in an answer to the asker. */
export function wordsFor(model: Model, asker: Asker): Set<string> {
  const may = new Set<string>()
  for (const [id, { number, bookId }] of model.chapters) {
    if (!roleInChapter(model, asker, id)) continue
    may
      .add(`chap${number}q`)
      .add(id)
      .add(bookId)
      .add(`book${model.books.get(bookId)}q`)
  }
  for (const [id, number] of model.books) {
    if (roleOf(model, asker, { bookId: id })) may.add(id).add(`book${number}q`)
  }
  for (const document of seenBy(model, asker)) {
    may.add(`doc${document.number}q`).add(document.id)
    for (const { number, digest } of document.contents) may.add(`cont${number}q`).add(digest)
  }
  return may
}

const CANARY = /\b(?:chap|book|doc|cont)\d+q\b/g
const ID = /\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b|\b[0-9a-f]{64}\b/g

/** Names, texts, ids and digests in an answer that are of something which the asker may not see. */
export function foreignIn(text: string, model: Model, asker: Asker): string[] {
  const may = wordsFor(model, asker)
  const known = new Set<string>([
    ...model.books.keys(),
    ...model.chapters.keys(),
    ...model.documents.map(({ id }) => id),
    ...model.contents.map(({ digest }) => digest),
  ])
  const names = text.match(CANARY) ?? []
  const ids = (text.match(ID) ?? []).filter((id) => known.has(id))
  return [...new Set([...names, ...ids])].filter((each) => !may.has(each))
}
