import {
  askModelRemoval,
  askModelTask,
  confirmImport,
  dropModelWork,
  getShelf,
  receiveModels,
} from '../../core/models/ask.ts'
import { originOf, type ShelfModel } from '../../core/models/describe.ts'
import type { ModelWorkRow } from '../../core/ports/index.ts'
import { bodyOf } from '../body.ts'
import { actorOf, router } from '../context.ts'
import * as contract from '../contract/models.ts'
import type { Door } from '../door.ts'

/** The models of this box, for administrators. What takes long is asked for here and done elsewhere. */
export const models = ({ ports, options }: Door) =>
  router()
    .openapi(contract.listModelsRoute, async (c) => {
      const { items, missing, work, fingerprint, trustedKeys } = await getShelf(ports, actorOf(c))
      return c.json(
        {
          items: items.map(modelOut),
          missing,
          work: work.map(workOut),
          fingerprint,
          trusted_keys: trustedKeys,
        },
        200,
      )
    })
    .openapi(contract.importModelsRoute, async (c) => {
      const row = await receiveModels(ports, actorOf(c), {
        fileName: c.req.valid('query').name,
        bytes: bodyOf(c, options.bodyIdleMs),
      })
      return c.json(workOut(row), 202)
    })
    .openapi(contract.verifyModelsRoute, async (c) => {
      const { name } = c.req.valid('json')
      const wish = { task: 'verify', ...(name && { name }) } as const
      return c.json(workOut(await askModelTask(ports, actorOf(c), wish)), 202)
    })
    .openapi(contract.measureModelRoute, async (c) => {
      const { name } = c.req.valid('json')
      const row = await askModelTask(ports, actorOf(c), { task: 'measure', name })
      return c.json(workOut(row), 202)
    })
    .openapi(contract.removeModelRoute, async (c) =>
      c.json(workOut(await askModelRemoval(ports, actorOf(c), c.req.valid('json'))), 202),
    )
    .openapi(contract.confirmModelsRoute, async (c) => {
      const { trust, allow_older: allowOlder } = c.req.valid('json')
      await confirmImport(ports, actorOf(c), {
        id: c.req.valid('param').id,
        ...(trust !== undefined && { trust }),
        ...(allowOlder !== undefined && { allowOlder }),
      })
      return c.body(null, 202)
    })
    .openapi(contract.dropModelWorkRoute, async (c) => {
      await dropModelWork(ports, actorOf(c), c.req.valid('param').id)
      return c.body(null, 204)
    })

const modelOut = ({ measured, verified, ...model }: ShelfModel) => ({
  name: model.name,
  kind: model.kind,
  state: model.state,
  size_bytes: model.sizeBytes,
  ...originOf(model),
  in_use: model.inUse,
  measured: measured
    ? {
        memory_bytes: measured.memoryBytes,
        per_second: measured.perSecond,
        at: measured.at,
      }
    : null,
  verified: verified ?? null,
})

interface Question {
  fingerprint?: string
  models?: { name: string; kind: ShelfModel['kind']; licence: string; size_bytes: number }[]
}

function workOut({ state, result, ...row }: ModelWorkRow) {
  const { fingerprint, models: offered = [] } = (result ?? {}) as Question
  return {
    id: row.id,
    task: row.task,
    subject: row.subject,
    state,
    done: row.done,
    total: row.total,
    reason: row.reason ?? null,
    message: row.message ?? null,
    asks: state === 'asks' ? { fingerprint: fingerprint ?? null, models: offered } : null,
    updated_at: row.updatedAt,
  }
}
