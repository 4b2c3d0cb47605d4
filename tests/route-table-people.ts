import { newId } from '../core/ids.ts'
import type { Row } from './route-table.ts'
import { DIRECTORY_ROUTES } from './route-table-directory.ts'
import type { RouteWorld } from './route-world.ts'

const group = async (world: RouteWorld) => ({ id: await world.group() })
const named = () => ({ json: { name: newId() } })
const member = async (world: RouteWorld) => ({
  id: await world.group(),
  userId: world.people.outsider.id,
})

/** Who may do what with accounts and groups. */
export const PEOPLE_ROUTES: Record<string, Row> = {
  'GET /api/v1/users': { right: 'orgAdmin', ok: 200 },
  'POST /api/v1/users': {
    right: 'orgAdmin',
    ok: 201,
    send: () => ({ json: { username: `u${newId()}`, password: 'long enough' } }),
  },
  'PATCH /api/v1/users/{id}': {
    right: 'orgAdmin',
    ok: 200,
    about: async (world) => ({ id: world.people.outsider.id }),
    send: () => ({ json: { display_name: 'Somebody' } }),
  },
  'GET /api/v1/users/{id}/access': {
    right: 'orgAdmin',
    ok: 200,
    about: async (world) => ({ id: world.people.outsider.id }),
  },
  'POST /api/v1/users/{id}/lock-out': {
    right: 'orgAdmin',
    ok: 200,
    about: async (world) => ({ id: await world.stranger() }),
  },
  ...DIRECTORY_ROUTES,
  'GET /api/v1/groups': { right: 'orgAdmin', ok: 200 },
  'POST /api/v1/groups': { right: 'orgAdmin', ok: 201, send: named },
  'DELETE /api/v1/groups/{id}': { right: 'orgAdmin', ok: 204, about: group },
  'GET /api/v1/groups/{id}/members': { right: 'orgAdmin', ok: 200, about: group },
  'PUT /api/v1/groups/{id}/members/{userId}': { right: 'orgAdmin', ok: 204, about: member },
  'DELETE /api/v1/groups/{id}/members/{userId}': { right: 'orgAdmin', ok: 204, about: member },
  // Whoever administers a book or a chapter looks people up; the limited one administers its own.
  'GET /api/v1/subjects': {
    right: 'signedIn',
    ok: 200,
    except: { outsider: 403, viewer: 403, contributor: 403 },
  },
}
