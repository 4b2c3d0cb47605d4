import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { newId } from '../core/ids.ts'
import type { Row } from './route-table.ts'
import type { RouteWorld } from './route-world.ts'

const share = async (world: RouteWorld) => ({ id: await world.share() })
const named = () => ({ json: { name: newId() } })

/** Who may do what with watched folders. */
export const SHARE_ROUTES: Record<string, Row> = {
  'GET /api/v1/shares': { right: 'orgAdmin', ok: 200 },
  'POST /api/v1/shares': {
    right: 'orgAdmin',
    ok: 201,
    about: async (world) => {
      const path = join(world.sharesDir, newId())
      await mkdir(path, { recursive: true })
      return { path, chapterId: world.chapterId }
    },
    send: ({ path, chapterId }) => ({ json: { path, chapter_id: chapterId } }),
  },
  'PATCH /api/v1/shares/{id}': { right: 'orgAdmin', ok: 200, about: share, send: named },
  'DELETE /api/v1/shares/{id}': { right: 'orgAdmin', ok: 204, about: share },
  'GET /api/v1/shares/{id}': { right: 'orgAdmin', ok: 200, about: share },
  'POST /api/v1/shares/{id}/scan': { right: 'orgAdmin', ok: 202, about: share },
  'POST /api/v1/shares/{id}/release': { right: 'orgAdmin', ok: 202, about: share },
  'POST /api/v1/shares/{id}/dry-run': { right: 'orgAdmin', ok: 202, about: share },
  'GET /api/v1/shares/{id}/dry-run': { right: 'orgAdmin', ok: 200, about: share },
  'POST /api/v1/shares/probe': {
    right: 'orgAdmin',
    ok: 200,
    about: async ({ sharesDir }) => ({ path: sharesDir }),
    send: ({ path }) => ({ json: { path } }),
  },
  'POST /api/v1/shares/preview': {
    right: 'orgAdmin',
    ok: 200,
    about: async ({ sharesDir, chapterId }) => ({ path: sharesDir, chapterId }),
    send: ({ path, chapterId }) => ({ json: { path, chapter_id: chapterId, mapping: 'chapters' } }),
  },
  'GET /api/v1/shares/{id}/entries': { right: 'orgAdmin', ok: 200, about: share },
}
