import type { Row } from './route-table.ts'
import type { RouteWorld } from './route-world.ts'
import { tinySpace } from './tiny-space.ts'

let spaces = 0

/** A space that is being built. */
const space = async ({ ports }: RouteWorld) => {
  const { id, ...rest } = tinySpace(2)
  const made = `${id}_${++spaces}`
  await ports.catalog.spaces.build('text', { id: made, ...rest }, 0)
  return { id: made }
}

/** Who may do what with the spaces of vectors. */
export const SPACE_ROUTES: Record<string, Row> = {
  'GET /api/v1/spaces': { right: 'orgAdmin', ok: 200 },
  'POST /api/v1/spaces': {
    right: 'orgAdmin',
    ok: 204,
    about: async ({ ports }) => {
      // Another one answers, so that the built-in one can be built.
      const other = `${tinySpace(3).id}_${++spaces}`
      await ports.catalog.spaces.build('text', { ...tinySpace(3), id: other }, 0)
      await ports.catalog.spaces.activate(other, 0)
      return {}
    },
    send: () => ({ json: { model: 'builtin-lexical' } }),
  },
  'POST /api/v1/spaces/{id}/switch': { right: 'orgAdmin', ok: 204, about: space },
  'POST /api/v1/spaces/{id}/retry': { right: 'orgAdmin', ok: 200, about: space },
  'DELETE /api/v1/spaces/{id}': { right: 'orgAdmin', ok: 204, about: space },
}
