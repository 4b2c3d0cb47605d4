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
} from '../../core/library/books.ts'
import { listFolders } from '../../core/library/list-documents.ts'
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
    .openapi(contract.renameBookRoute, async (c) => {
      const { id } = c.req.valid('param')
      await renameBook(ports, await accessOf(c), { id, name: c.req.valid('json').name })
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
    .openapi(contract.renameChapterRoute, async (c) => {
      const { id } = c.req.valid('param')
      await renameChapter(ports, await accessOf(c), { id, name: c.req.valid('json').name })
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
  chapters: book.chapters.map(chapterOut),
})

const chapterOut = (chapter: OwnChapter) => ({
  id: chapter.id,
  name: chapter.name,
  role: chapter.role,
  document_count: chapter.documentCount,
})
