import {
  buildSpace,
  dropSpace,
  type ListedSpace,
  listSpaces,
  retrySpace,
  switchSpace,
} from '../../core/space/manage.ts'
import { actorOf, router } from '../context.ts'
import * as contract from '../contract/spaces.ts'
import type { Door } from '../door.ts'

/** Spaces of vectors, for administrators. */
export const spaces = ({ ports }: Door) =>
  router()
    .openapi(contract.listSpacesRoute, async (c) => {
      const all = await listSpaces(ports, actorOf(c))
      return c.json({ items: all.flatMap(spaceOut) }, 200)
    })
    .openapi(contract.buildSpaceRoute, async (c) => {
      await buildSpace(ports, actorOf(c), c.req.valid('json'))
      return c.body(null, 204)
    })
    .openapi(contract.switchSpaceRoute, async (c) => {
      await switchSpace(ports, actorOf(c), c.req.valid('param').id)
      return c.body(null, 204)
    })
    .openapi(contract.retrySpaceRoute, async (c) => {
      const retried = await retrySpace(ports, actorOf(c), c.req.valid('param').id)
      return c.json({ retried }, 200)
    })
    .openapi(contract.dropSpaceRoute, async (c) => {
      await dropSpace(ports, actorOf(c), c.req.valid('param').id)
      return c.body(null, 204)
    })

function spaceOut({ state, ...space }: ListedSpace) {
  if (state === 'dropped') return []
  const { id, kind, model, dimension, contents, failed, wanted, createdAt, activeAt } = space
  return [
    {
      id,
      kind,
      model,
      dimension,
      state,
      contents,
      failed,
      wanted,
      created_at: createdAt,
      active_at: activeAt ?? null,
    },
  ]
}
