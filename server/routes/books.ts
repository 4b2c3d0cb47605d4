import {
  createBook,
  createChapter,
  listBooks,
  type OwnBook,
  type OwnChapter,
  removeBook,
  removeChapter,
  renameBook,
  renameChapter,
  setConflictAnswer,
  setMayLeave,
  setTypeRule,
} from '../../core/library/books.ts'
import { listFolders } from '../../core/library/list-documents.ts'
import type { TypeGroup, TypeRule } from '../../core/model/type-rule.ts'
import { accessOf, router } from '../context.ts'
import * as contract from '../contract/books.ts'
import type { Door } from '../door.ts'
import { wholeList } from '../wire/page.ts'

/** Books, their chapters, and the folders in these. */
export const books = ({ ports }: Door) =>
  router()
    .openapi(contract.listBooksRoute, async (c) =>
      c.json(wholeList(await listBooks(ports, await accessOf(c)), bookOut), 200),
    )
    .openapi(contract.createBookRoute, async (c) => {
      const book = await createBook(ports, await accessOf(c), c.req.valid('json').name)
      return c.json(bookOut(book), 201)
    })
    .openapi(contract.changeBookRoute, async (c) => {
      const { id } = c.req.valid('param')
      const { name, type_rule, may_leave: mayLeave } = c.req.valid('json')
      const access = await accessOf(c)
      if (mayLeave !== undefined) await setMayLeave(ports, access, { id, mayLeave })
      if (name !== undefined) await renameBook(ports, access, { id, name })
      if (type_rule !== undefined) {
        await setTypeRule(ports, access, { id, rule: type_rule ? ruleOf(type_rule) : undefined })
      }
      return c.body(null, 204)
    })
    .openapi(contract.removeBookRoute, async (c) => {
      await removeBook(ports, await accessOf(c), c.req.valid('param').id)
      return c.body(null, 204)
    })
    .openapi(contract.createChapterRoute, async (c) => {
      const bookId = c.req.valid('param').id
      const { name } = c.req.valid('json')
      const chapter = await createChapter(ports, await accessOf(c), { bookId, name })
      return c.json({ ...chapterOut(chapter), book_id: bookId }, 201)
    })
    .openapi(contract.changeChapterRoute, async (c) => {
      const { id } = c.req.valid('param')
      const { name, on_conflict: answer } = c.req.valid('json')
      const access = await accessOf(c)
      if (name !== undefined) await renameChapter(ports, access, { id, name })
      if (answer !== undefined) {
        await setConflictAnswer(ports, access, { id, answer: answer ?? undefined })
      }
      return c.body(null, 204)
    })
    .openapi(contract.removeChapterRoute, async (c) => {
      await removeChapter(ports, await accessOf(c), c.req.valid('param').id)
      return c.body(null, 204)
    })
    .openapi(contract.listFoldersRoute, async (c) => {
      const chapterId = c.req.valid('param').id
      const { folder } = c.req.valid('query')
      const folders = await listFolders(ports, await accessOf(c), { chapterId, folder })
      return c.json(
        wholeList(folders, ({ name, path, documentCount }) => ({
          name,
          path,
          document_count: documentCount,
        })),
        200,
      )
    })

const bookOut = (book: OwnBook) => ({
  id: book.id,
  name: book.name,
  role: book.role ?? null,
  created_at: book.createdAt,
  type_rule: book.typeRule ? ruleOut(book.typeRule) : null,
  may_leave: book.mayLeave ?? false,
  chapters: book.chapters.map(chapterOut),
})

const chapterOut = (chapter: OwnChapter) => ({
  id: chapter.id,
  name: chapter.name,
  role: chapter.role,
  document_count: chapter.documentCount,
  on_conflict: chapter.onConflict ?? null,
})

const ruleOf = (rule: { mode: TypeRule['mode']; groups: TypeGroup[]; media_types: string[] }) => ({
  mode: rule.mode,
  groups: rule.groups,
  mediaTypes: rule.media_types,
})

const ruleOut = ({ mode, groups, mediaTypes }: TypeRule) => ({
  mode,
  groups: [...groups],
  media_types: [...mediaTypes],
})
