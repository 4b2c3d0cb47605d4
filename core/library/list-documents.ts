import {
  type Access,
  includes,
  requireChapter,
  requireScope,
  type Visible,
} from '../access/access.ts'
import { cleanFolder } from '../model/name.ts'
import type { ListQuery, Ports } from '../ports/index.ts'
import { type OwnDocument, ownDocument } from './find-document.ts'

/**
 * One page of documents that the caller sees: of a folder, a chapter, or everywhere. The trash
 * shows what lies in chapters the caller may contribute to.
 *
 * @throws AppError `not_found` for a hidden chapter, `forbidden` for its trash as a viewer,
 * `bad_request` (reason `CURSOR`)
 */
export async function listDocuments(
  { catalog }: Pick<Ports, 'catalog'>,
  access: Access,
  query: ListQuery,
): Promise<{ items: OwnDocument[]; nextCursor?: string }> {
  requireScope(access.actor, 'read')
  const needed = query.trashed ? 'contributor' : 'viewer'
  if (query.chapterId) requireChapter(access, query.chapterId, needed)
  const visible = query.trashed ? contributedTo(access) : access.visible
  const page = await catalog.library.list(visible, query)
  return { ...page, items: page.items.map((row) => ownDocument(access, row)) }
}

/**
 * Folders right inside `folder` of a chapter, by name.
 *
 * @throws AppError `not_found` for a hidden chapter, `bad_request` for an impossible path
 */
export async function listFolders(
  { catalog }: Pick<Ports, 'catalog'>,
  access: Access,
  { chapterId, folder }: { chapterId: string; folder: string },
): Promise<{ name: string; path: string; documentCount: number }[]> {
  requireScope(access.actor, 'read')
  requireChapter(access, chapterId, 'viewer')
  return catalog.library.folders(access.visible, chapterId, cleanFolder(folder))
}

const contributedTo = (access: Access): Visible =>
  access.visible === 'all'
    ? 'all'
    : access.visible.filter((id) => includes(access.roleIn(id), 'contributor'))
