import { createRoute, z } from '@hono/zod-openapi'
import { TRANSCRIPT_FORMATS } from '../../core/library/transcript.ts'
import { failures, Id, idParam } from './shared.ts'

export const transcriptRoute = createRoute({
  method: 'get',
  path: '/api/v1/documents/{id}/transcript',
  operationId: 'documentTranscript',
  tags: ['Documents'],
  summary: 'What is said in a recording or a film, with its times',
  description:
    '`vtt`: captions (WebVTT), as browsers show them in a film. `txt`: a line a segment, to be read. Where nothing is said, or nobody has listened yet, there are none.',
  request: {
    params: idParam,
    query: z.object({ format: z.enum(TRANSCRIPT_FORMATS).default('vtt'), version: Id.optional() }),
  },
  responses: {
    200: {
      description: 'The transcript, in UTF-8',
      content: { 'text/vtt': { schema: z.string() }, 'text/plain': { schema: z.string() } },
    },
    ...failures,
  },
})
