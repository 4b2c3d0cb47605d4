import type { DocumentRow, Folder } from '../../../api-types.ts'

/** A line of the list: a folder to go into, or a document. */
export type Row =
  | { kind: 'folder'; id: string; folder: Folder }
  | { kind: 'document'; id: string; document: DocumentRow }

/** Folders first, then documents in the order of the server. */
export const rowsOf = (folders: readonly Folder[], documents: readonly DocumentRow[]): Row[] => [
  ...folders.map((folder): Row => ({ kind: 'folder', id: `folder ${folder.path}`, folder })),
  ...documents.map((document): Row => ({ kind: 'document', id: document.id, document })),
]

/** Id of a row's element, for `aria-activedescendant`: a folder's name may hold anything. */
export const rowId = ({ id }: Row): string =>
  `row-${id.replace(/[^\w-]/g, (letter) => `_${letter.codePointAt(0)}`)}`
