import type { Way } from '../../core/access/standing.ts'
import { whatSees } from '../../core/library/what-sees.ts'
import { type Reach, type SeenPlace, whoSees } from '../../core/library/who-sees.ts'
import type { Role } from '../../core/model/actor.ts'
import { accessOf, actorOf, type Ctx, router } from '../context.ts'
import * as contract from '../contract/access.ts'
import type { Door } from '../door.ts'
import { userOut } from '../wire/account.ts'

/** Who can see what, and why. */
export const access = ({ ports }: Door) => {
  const answer = async (
    c: Ctx,
    place: SeenPlace,
    { q, limit, cursor }: { q?: string | undefined; limit: number; cursor?: string | undefined },
  ) => {
    const found = await whoSees(ports, await accessOf(c), {
      place,
      limit,
      ...(q !== undefined && { part: q }),
      ...(cursor !== undefined && { cursor }),
    })
    return {
      mine: reachOut(found.mine),
      sees_others: found.seesOthers,
      total: found.total,
      items: found.items.map(({ user, ...reach }) => ({ user: userOut(user), ...reachOut(reach) })),
      next_cursor: found.nextCursor ?? null,
    }
  }
  return router()
    .openapi(contract.bookAccessRoute, async (c) =>
      c.json(await answer(c, { bookId: c.req.valid('param').id }, c.req.valid('query')), 200),
    )
    .openapi(contract.chapterAccessRoute, async (c) =>
      c.json(await answer(c, { chapterId: c.req.valid('param').id }, c.req.valid('query')), 200),
    )
    .openapi(contract.documentAccessRoute, async (c) =>
      c.json(await answer(c, { documentId: c.req.valid('param').id }, c.req.valid('query')), 200),
    )
    .openapi(contract.userAccessRoute, async (c) => {
      const { user, books } = await whatSees(ports, actorOf(c), c.req.valid('param').id)
      return c.json(
        {
          user: { ...userOut(user), disabled_at: user.disabledAt ?? null },
          books: books.map(({ book, role, ways, chapters }) => ({
            book: { id: book.id, name: book.name },
            role: role ?? null,
            ways: ways.map(wayOut),
            chapters: chapters.map(partOut),
          })),
        },
        200,
      )
    })
}

const wayOut = ({ role, by, on, grantId, group }: Way) => ({
  role,
  by,
  on,
  grant_id: grantId ?? null,
  group: group ?? null,
})

const partOut = (part: {
  chapter: { id: string; name: string }
  role: Role
  ways: readonly Way[]
}) => ({
  chapter: { id: part.chapter.id, name: part.chapter.name },
  role: part.role,
  ways: part.ways.map(wayOut),
})

const reachOut = ({ role, ways, parts }: Reach) => ({
  role: role ?? null,
  ways: ways.map(wayOut),
  parts: parts.map(partOut),
})
