import { transcript as transcriptOf } from '../../core/library/transcript.ts'
import { accessOf, router } from '../context.ts'
import { transcriptRoute } from '../contract/transcript.ts'
import type { Door } from '../door.ts'

const TYPES = { vtt: 'text/vtt; charset=utf-8', txt: 'text/plain; charset=utf-8' }

/** What is said, as captions or to be read. */
export const transcript = ({ ports }: Door) =>
  router().openapi(transcriptRoute, async (c) => {
    const { format, version } = c.req.valid('query')
    const text = await transcriptOf(ports, await accessOf(c), {
      documentId: c.req.valid('param').id,
      format,
      ...(version !== undefined && { versionId: version }),
    })
    return c.body(text, 200, {
      'Content-Type': TYPES[format],
    })
  })
