import { createRoute } from '@hono/zod-openapi'
import { done, failures, idParam } from './shared.ts'
import { tags } from './uploads.ts'

export const cancelUploadRoute = createRoute({
  method: 'delete',
  path: '/api/v1/uploads/{id}',
  operationId: 'cancelUpload',
  tags,
  summary: 'Give an upload up',
  description:
    'Its address is dead and its bytes are gone at once; its record stays. One that is stored: 409.',
  request: { params: idParam },
  responses: { 204: done, ...failures },
})
