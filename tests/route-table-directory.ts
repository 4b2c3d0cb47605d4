import { newId } from '../core/ids.ts'
import type { Row } from './route-table.ts'

/** Who may do what with a directory; the box of the table has none. */
export const DIRECTORY_ROUTES: Record<string, Row> = {
  'GET /api/v1/directory': { right: 'orgAdmin', ok: 200 },
  'POST /api/v1/directory/test': { right: 'orgAdmin', ok: 409, send: () => ({ json: {} }) },
  'POST /api/v1/directory/sync': { right: 'orgAdmin', ok: 409, send: () => ({ json: {} }) },
  'GET /api/v1/directory/groups': { right: 'orgAdmin', ok: 409 },
  'PUT /api/v1/directory/groups/{id}': {
    right: 'orgAdmin',
    ok: 404,
    about: async () => ({ id: newId() }),
    send: () => ({ json: { org_role: 'admin' } }),
  },
}
