import type { UploadRow } from '../core/ports/index.ts'
import type { Ctx } from './context.ts'

/**
 * Does `work` for an upload. However many calls an upload takes, they are one trace, those that fail
 * too: whoever may know the upload is told its trace id.
 */
export async function inTraceOf<T>(
  c: Ctx,
  find: () => Promise<UploadRow | undefined>,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work()
  } catch (cause) {
    // What failed is told all the same, with the trace id of the call, when this fails as well.
    const upload = await find().catch(() => undefined)
    const userId = c.get('who')?.actor.userId
    if (upload && (userId ?? upload.userId) === upload.userId) c.set('traceId', upload.traceId)
    throw cause
  }
}
