import { createRoute, z } from '@hono/zod-openapi'
import { VersionOut } from './documents.ts'
import { failures, idParam, json, listOf } from './shared.ts'

const tags = ['Versions']

export const listVersionsRoute = createRoute({
  method: 'get',
  path: '/api/v1/documents/{id}/versions',
  operationId: 'listVersions',
  tags,
  summary: 'Versions of a document',
  request: { params: idParam },
  responses: { 200: json(listOf(VersionOut), 'Newest first'), ...failures },
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
