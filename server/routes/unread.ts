import { AppError } from '../../core/errors.ts'
import {
  missingWork,
  repeatStep,
  type UnreadFile,
  unreadFiles,
} from '../../core/library/unread-files.ts'
import type { FilesOf } from '../../core/ports/index.ts'
import { accessOf, actorOf, router } from '../context.ts'
import * as contract from '../contract/unread.ts'
import type { Door } from '../door.ts'
import { coverageOut, modalityOut } from '../wire/document.ts'
import { pageOf } from '../wire/page.ts'

/** What became of many files, and doing a step again for all. */
export const unread = ({ ports }: Door) =>
  router()
    .openapi(contract.unreadFilesRoute, async (c) => {
      const { limit, cursor, ...query } = c.req.valid('query')
      const found = await unreadFiles(ports, await accessOf(c), {
        of: filesOf(query),
        limit,
        ...(cursor !== undefined && { cursor }),
      })
      const { files, waiting, unread } = found
      return c.json({ files, waiting, unread, ...pageOf(found, fileOut) }, 200)
    })
    .openapi(contract.missingWorkRoute, async (c) =>
      c.json({ items: await missingWork(ports, actorOf(c)) }, 200),
    )
    .openapi(contract.repeatStepRoute, async (c) => {
      const { step, only_missing } = c.req.valid('json')
      const wish = { step, onlyMissing: only_missing }
      return c.json({ queued: await repeatStep(ports, actorOf(c), wish) }, 200)
    })

interface Query {
  chapter?: string | undefined
  trace?: string | undefined
  share?: string | undefined
}

function filesOf({ chapter, trace, share }: Query): FilesOf {
  const wishes: FilesOf[] = [
    ...(chapter === undefined ? [] : [{ chapterId: chapter }]),
    ...(trace === undefined ? [] : [{ traceId: trace }]),
    ...(share === undefined ? [] : [{ shareId: share }]),
  ]
  const [wish, ...more] = wishes
  if (wish && more.length === 0) return wish
  throw new AppError('bad_request', 'Name one of chapter, trace and share.')
}

const fileOut = ({ document, coverage, problems }: UnreadFile) => ({
  document: {
    id: document.id,
    name: document.name,
    folder: document.folder,
    chapter_id: document.chapterId,
  },
  coverage: coverage ? coverageOut(coverage) : null,
  problems: problems.map((view) => ({ ...modalityOut(view), action: view.action })),
})
