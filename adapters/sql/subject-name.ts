import { type RawBuilder, sql } from 'kysely'

type Words = RawBuilder<string | null>

const nothing = sql<string | null>`null`

const inChapter = (table: string, id: string): Words => sql`(
  select b.name || ' / ' || c.name from ${sql.table(table)} x
  join chapters c on c.id = x.chapter_id join books b on b.id = c.book_id where x.id = ${id})`

const named = (table: string, id: string, column = 'name'): Words =>
  sql`(select ${sql.ref(column)} from ${sql.table(table)} where id = ${id})`

type Naming = (id: string) => { name: Words; place?: Words }

/** What things are called, and what they lie in, by the first word of a subject. */
const NAMINGS = {
  document: (id) => ({
    name: sql`(select case folder when '' then name else folder || '/' || name end
      from documents where id = ${id})`,
    place: inChapter('documents', id),
  }),
  version: (id) => ({
    name: sql`(select case d.folder when '' then d.name else d.folder || '/' || d.name end
      from versions v join documents d on d.id = v.document_id where v.id = ${id})`,
    place: sql`(select b.name || ' / ' || c.name from versions v
      join documents d on d.id = v.document_id join chapters c on c.id = d.chapter_id
      join books b on b.id = c.book_id where v.id = ${id})`,
  }),
  upload: (id) => ({ name: named('uploads', id), place: inChapter('uploads', id) }),
  share: (id) => ({ name: named('shares', id), place: inChapter('shares', id) }),
  chapter: (id) => ({
    name: named('chapters', id),
    place: sql`(select b.name from chapters c join books b on b.id = c.book_id where c.id = ${id})`,
  }),
  book: (id) => ({ name: named('books', id) }),
  user: (id) => ({ name: named('users', id, 'display_name') }),
  group: (id) => ({ name: named('groups', id) }),
  token: (id) => ({ name: named('tokens', id) }),
  nameless: () => ({ name: nothing }),
} satisfies Record<string, Naming>

/** Kinds of subjects (`book:<id>`) that have names, and `nameless` for all others. */
export type SubjectKind = keyof typeof NAMINGS

export const SUBJECT_KINDS = Object.keys(NAMINGS) as SubjectKind[]

export function subjectOf(subject: string): { kind: SubjectKind; id: string } {
  const colon = subject.indexOf(':')
  const kind = SUBJECT_KINDS.find((each) => each === subject.slice(0, colon)) ?? 'nameless'
  return { kind, id: subject.slice(colon + 1) }
}

/** What a subject is called at this moment and what it lies in; null for what is not there. */
export function namesOf(kind: SubjectKind, id: string) {
  const { name, place }: ReturnType<Naming> = NAMINGS[kind](id)
  return { subject_name: name, subject_place: place ?? nothing }
}
