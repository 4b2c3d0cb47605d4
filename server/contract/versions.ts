import { createRoute, z } from '@hono/zod-openapi'
import { VersionOut } from './documents.ts'
import { CoverageOut } from './locators.ts'
import { failures, Id, idParam, json, listOf, paging } from './shared.ts'

const tags = ['Versions']

/** How far the text of one version was read. */
export const TextStateOut = z
  .object({
    state: z.enum(['waiting', 'working', 'ready', 'partial', 'no_text', 'failed']),
    reason: z.string().nullable(),
    message: z.string().nullable(),
    coverage: CoverageOut.nullable(),
    word_count: z.int().nullable(),
    page_count: z.int().nullable().openapi({ description: 'Pages of a PDF, slides, sheets' }),
  })
  .openapi('TextState')

const HistoryEntry = VersionOut.extend({
  document_id: Id,
  trace_id: z.string(),
  text: TextStateOut,
  origin: z
    .object({
      share: z
        .object({
          name: z.string(),
          path: z.string().nullable().openapi({
            description: 'Below the folder of the share; for those who may change the document',
          }),
        })
        .nullable()
        .openapi({ description: 'The watched share it lay in' }),
      mail: z
        .object({ document_id: Id, name: z.string() })
        .nullable()
        .openapi({ description: 'The mail it was attached to, if the caller sees it' }),
      archive: z
        .object({ document_id: Id, name: z.string() })
        .nullable()
        .openapi({ description: 'The archive it was taken out of, if the caller sees it' }),
      restored_from: z.int().nullable().openapi({
        description: 'Number of the version whose content it took up again',
      }),
    })
    .openapi({ description: 'Where it came from, beyond the door' }),
}).openapi('HistoryEntry')

export const listVersionsRoute = createRoute({
  method: 'get',
  path: '/api/v1/documents/{id}/versions',
  operationId: 'listVersions',
  tags,
  summary: 'Versions of a document, a page at a time',
  request: { params: idParam, query: z.object(paging) },
  responses: { 200: json(listOf(HistoryEntry), 'Newest first'), ...failures },
})

export const getVersionRoute = createRoute({
  method: 'get',
  path: '/api/v1/versions/{id}',
  operationId: 'getVersion',
  tags,
  summary: 'One version, and where it came from',
  request: { params: idParam },
  responses: { 200: json(HistoryEntry, 'The version'), ...failures },
})

export const restoreVersionRoute = createRoute({
  method: 'post',
  path: '/api/v1/versions/{id}/restore',
  operationId: 'restoreVersion',
  tags,
  summary: 'Make a new version with the content of an older one',
  request: { params: idParam },
  responses: { 200: json(VersionOut, 'The new version'), ...failures },
})

const content = {
  200: {
    description: 'The bytes',
    content: { 'application/octet-stream': { schema: z.string().openapi({ format: 'binary' }) } },
  },
  206: { description: 'The bytes of one range' },
  304: { description: 'The copy of the caller is still right' },
  ...failures,
}

const query = z.object({
  disposition: z.enum(['attachment', 'inline']).default('attachment').openapi({
    description: '`inline` is honoured for PDF, pictures, sound, film and plain text only',
  }),
})

export const documentContentRoute = createRoute({
  method: 'get',
  path: '/api/v1/documents/{id}/content',
  operationId: 'documentContent',
  tags,
  summary: 'Bytes of the current version',
  description: 'Supports `Range`, `If-Range`, `If-None-Match` and HEAD.',
  request: { params: idParam, query },
  responses: content,
})

export const versionContentRoute = createRoute({
  method: 'get',
  path: '/api/v1/versions/{id}/content',
  operationId: 'versionContent',
  tags,
  summary: 'Bytes of one version',
  description: 'Supports `Range`, `If-Range`, `If-None-Match` and HEAD.',
  request: { params: idParam, query },
  responses: content,
})
