import { AppError } from '../../core/errors.ts'
import {
  type Requested,
  requestUploads,
  type UploadRequest,
} from '../../core/ingest/request-upload.ts'
import { challengesFor } from '../../core/possession/challenges-for.ts'
import { accessOf, askerOf, router } from '../context.ts'
import { requestBatchRoute } from '../contract/upload-batch.ts'
import type { Door } from '../door.ts'
import { problemOf } from '../errors.ts'
import { countAsking } from '../middleware/rates.ts'
import { requestedOut, requestOf } from '../wire/upload.ts'

type Checked = UploadRequest | AppError

/** Addresses for a folder of files in one call. */
export const uploadBatch = (door: Door) =>
  router().openapi(requestBatchRoute, async (c) => {
    const { ports, options } = door
    const { files } = c.req.valid('json')
    await countAsking(c, door, 'upload', files.length)
    const checked = files.map((file) => orRefusal(() => requestOf(file)))
    const good = checked.filter((each): each is UploadRequest => !(each instanceof AppError))
    const askedAt = ports.clock.now()
    const answers = await requestUploads(ports, await accessOf(c), good, options.upload)
    for (const answer of answers) {
      if (!(answer instanceof AppError)) door.meters.requested(answer, askedAt)
    }
    const opened = answers.filter((each): each is Requested => !(each instanceof AppError))
    const uploads = opened.map(({ upload }) => upload)
    const challenges = await challengesFor(ports, askerOf(c), uploads)
    const traceId = c.get('traceId')
    const items = inPlaceOf(checked, answers).map((answer) =>
      answer instanceof AppError
        ? { upload: null, problem: problemOf(answer, traceId) }
        : { upload: requestedOut(answer, challenges.get(answer.upload.id)), problem: null },
    )
    return c.json({ items, trace_id: traceId }, 200)
  })

function orRefusal(work: () => UploadRequest): Checked {
  try {
    return work()
  } catch (cause) {
    if (cause instanceof AppError) return cause
    throw cause
  }
}

/** The refusals where they are, and the answers, in their order, where they are not. */
function inPlaceOf(
  checked: readonly Checked[],
  answers: readonly (Requested | AppError)[],
): (Requested | AppError)[] {
  let next = 0
  return checked.flatMap((each) => (each instanceof AppError ? each : (answers[next++] ?? [])))
}
