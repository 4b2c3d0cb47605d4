import type { z } from '@hono/zod-openapi'
import { type GrantPlace, listGrants, putGrant, removeGrant } from '../../core/library/grants.ts'
import type { GrantRow } from '../../core/ports/index.ts'
import { accessOf, type Ctx, router } from '../context.ts'
import * as contract from '../contract/grants.ts'
import type { Door } from '../door.ts'
import { wholeList } from '../wire/page.ts'

/** Who may do what in books and chapters. */
export const grants = ({ ports }: Door) => {
  const list = async (c: Ctx, place: GrantPlace) =>
    wholeList(await listGrants(ports, await accessOf(c), place), grantOut)
  const put = async (c: Ctx, place: GrantPlace, given: z.output<typeof contract.NewGrant>) => {
    const grant = await putGrant(ports, await accessOf(c), {
      place,
      role: given.role,
      ...(given.user_id !== undefined && { userId: given.user_id }),
      ...(given.group_id !== undefined && { groupId: given.group_id }),
    })
    return grantOut(grant)
  }
  return router()
    .openapi(contract.listBookGrantsRoute, async (c) =>
      c.json(await list(c, { bookId: c.req.valid('param').id }), 200),
    )
    .openapi(contract.putBookGrantRoute, async (c) =>
      c.json(await put(c, { bookId: c.req.valid('param').id }, c.req.valid('json')), 201),
    )
    .openapi(contract.listChapterGrantsRoute, async (c) =>
      c.json(await list(c, { chapterId: c.req.valid('param').id }), 200),
    )
    .openapi(contract.putChapterGrantRoute, async (c) =>
      c.json(await put(c, { chapterId: c.req.valid('param').id }, c.req.valid('json')), 201),
    )
    .openapi(contract.removeGrantRoute, async (c) => {
      await removeGrant(ports, await accessOf(c), c.req.valid('param').id)
      return c.body(null, 204)
    })
}

const grantOut = (grant: GrantRow) => ({
  id: grant.id,
  book_id: grant.bookId,
  chapter_id: grant.chapterId ?? null,
  user_id: grant.userId ?? null,
  group_id: grant.groupId ?? null,
  role: grant.role,
  subject_name: grant.subjectName,
})
