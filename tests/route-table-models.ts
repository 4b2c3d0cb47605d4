import { makeTinyModel } from '../scripts/tiny-models.ts'
import type { Row } from './route-table.ts'
import type { RouteWorld } from './route-world.ts'

const model = async ({ ports }: RouteWorld) => ({
  name: await makeTinyModel('embedding', ports.models.dir),
})
const named = ({ name = '' }) => ({ json: { name } })

const BY = { traceId: 't', now: 1 }
const work = async ({ ports: { catalog } }: RouteWorld) => {
  const wish = { task: 'import', subject: 'file', input: {} } as const
  return { id: (await catalog.modelWork.ask(wish, BY)).id }
}
const asking = async (world: RouteWorld) => {
  const { modelWork } = world.ports.catalog
  const holder = { worker: 'w', until: 2 }
  const row = await modelWork.begin({ task: 'import', subject: 'file', input: {} }, BY, holder)
  const id = row?.id ?? ''
  await modelWork.end(id, 'w', { state: 'asks' }, 2)
  return { id }
}

/** Who may do what with models. */
export const MODEL_ROUTES: Record<string, Row> = {
  'GET /api/v1/models': { right: 'orgAdmin', ok: 200 },
  'POST /api/v1/models/import': {
    right: 'orgAdmin',
    ok: 202,
    send: () => ({ body: 'abc', headers: { 'content-type': 'application/octet-stream' } }),
  },
  'POST /api/v1/models/verify': { right: 'orgAdmin', ok: 202, send: () => ({ json: {} }) },
  'POST /api/v1/models/measure': { right: 'orgAdmin', ok: 202, about: model, send: named },
  'POST /api/v1/models/remove': {
    right: 'orgAdmin',
    ok: 202,
    about: model,
    send: ({ name = '' }) => ({ json: { name, force: true } }),
  },
  'POST /api/v1/models/work/{id}/confirm': {
    right: 'orgAdmin',
    ok: 202,
    about: asking,
    send: () => ({ json: { allow_older: true } }),
  },
  'DELETE /api/v1/models/work/{id}': { right: 'orgAdmin', ok: 204, about: work },
}
