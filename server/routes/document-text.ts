import { documentText as textOf } from '../../core/library/document-text.ts'
import { accessOf, router } from '../context.ts'
import { documentTextRoute } from '../contract/documents.ts'
import type { Door } from '../door.ts'
import { coverageOut, partOut } from '../wire/document.ts'

/** What was read of a document, with the places. */
export const documentText = ({ ports }: Door) =>
  router().openapi(documentTextRoute, async (c) => {
    const { version, cursor } = c.req.valid('query')
    const text = await textOf(ports, await accessOf(c), {
      documentId: c.req.valid('param').id,
      ...(version !== undefined && { versionId: version }),
      ...(cursor !== undefined && { cursor }),
    })
    return c.json(
      {
        parts: text.parts.map((part) => partOut(part, text.documentIds)),
        coverage: text.coverage ? coverageOut(text.coverage) : null,
        next_cursor: text.nextCursor ?? null,
      },
      200,
    )
  })
