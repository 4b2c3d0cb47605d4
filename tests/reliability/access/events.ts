import { resolveAccess } from '../../../core/access/access.ts'
import { authenticate } from '../../../core/account/authenticate.ts'
import { codeOf } from '../../../core/errors.ts'
import { newTraceId } from '../../../core/ids.ts'
import { roleInChapter } from './model.ts'
import type { Asked, Question } from './queries.ts'

/** So many of the newest. */
const BATCH = 40

/**
 * What a live stream would tell now, asked as the stream asks it. It must be the events of the chapters
 * that the model says are in sight, each asked for by itself.
 */
export async function events(asking: Question): Promise<Asked & { told: number }> {
  const { world, token, person } = asking
  const origin = { traceId: newTraceId(), address: '127.0.0.1', isListening: true }
  try {
    const { actor } = await authenticate(world.ports, { kind: 'token', secret: token }, origin)
    const { visible } = await resolveAccess(world.ports, actor)
    const { journal } = world.ports.catalog
    const after = Math.max(0, (await journal.lastEventId()) - BATCH)
    const idsOf = async (chapters: string[]) =>
      (await journal.events(chapters, actor.userId, after, BATCH)).map(({ id }) => id)
    const told = await journal.events(visible, actor.userId, after, BATCH)
    const expected: number[] = []
    for (const chapterId of world.model.chapters.keys()) {
      if (roleInChapter(world.model, asking, chapterId))
        expected.push(...(await idsOf([chapterId])))
    }
    const ids = told.map(({ id }) => id)
    const isSame = new Set([...ids, ...expected]).size === ids.length
    const wrong = isSame && ids.length === expected.length ? [] : ['the events']
    return { kind: 'events', text: '', told: told.length, wrong }
  } catch (cause) {
    const isRefused = codeOf(cause) === 'unauthenticated' && person.isDisabled
    if (!isRefused) throw cause
    return { kind: 'events', text: '', told: 0, wrong: [] }
  }
}
