import { createRoute, z } from '@hono/zod-openapi'
import { body, done, failures, Id, idParam, json, Time } from './shared.ts'

const tags = ['Models']

const Kind = z.enum(['embedding', 'speech', 'ocr', 'image'])
const ModelName = z.string().min(3).max(200).openapi({ example: 'onnx-community/whisper-base' })

const ModelOut = z
  .object({
    name: ModelName,
    kind: Kind,
    state: z.enum(['whole', 'broken', 'unverified', 'builtin']),
    size_bytes: z.int(),
    licence: z.string().nullable(),
    revision: z.string().nullable(),
    source: z.string().nullable(),
    checksum: z.string().nullable().openapi({
      description:
        'SHA-256, hex: of its one file, or of the list of its files as sha256sum writes it. Null for one that was put there by hand',
    }),
    in_use: z.boolean(),
    measured: z
      .object({
        memory_bytes: z.int(),
        per_second: z.number().openapi({
          description: 'Passages, seconds of sound, pages or pictures in a second, by kind',
        }),
        at: Time,
      })
      .nullable(),
    verified: z
      .object({
        at: Time,
        wrong: z.array(z.string()).openapi({ description: 'Files that are missing or others' }),
      })
      .nullable(),
  })
  .openapi('Model')

const WorkOut = z
  .object({
    id: Id,
    task: z.enum(['add', 'import', 'export', 'remove', 'verify', 'measure']),
    subject: z.string().openapi({ description: 'A model or a file; empty for all models' }),
    state: z.enum(['waiting', 'running', 'asks', 'done', 'failed']),
    done: z.int(),
    total: z.int(),
    reason: z.string().nullable(),
    message: z.string().nullable(),
    asks: z
      .object({
        fingerprint: z.string().nullable(),
        models: z.array(
          z.object({ name: z.string(), kind: Kind, licence: z.string(), size_bytes: z.int() }),
        ),
      })
      .nullable()
      .openapi({ description: 'What a person has to decide, in state `asks`' }),
    updated_at: Time,
  })
  .openapi('ModelWork')

export const listModelsRoute = createRoute({
  method: 'get',
  path: '/api/v1/models',
  operationId: 'listModels',
  tags,
  summary: 'The models of this box, what is missing, and what is being done with them',
  responses: {
    200: json(
      z.object({
        items: z.array(ModelOut),
        missing: z.array(z.object({ kind: Kind, command: z.string() })),
        work: z.array(WorkOut),
        fingerprint: z.string().openapi({ description: "Of this box's own key" }),
        trusted_keys: z.array(z.string()),
      }),
      'By kind and name',
    ),
    ...failures,
  },
})

const accepted = json(WorkOut, 'Asked; the worker does it when its turn comes')

export const importModelsRoute = createRoute({
  method: 'post',
  path: '/api/v1/models/import',
  operationId: 'importModels',
  tags,
  summary: 'Send a file of models that another box has exported',
  request: {
    query: z.object({ name: z.string().trim().min(1).max(200).default('models') }),
    body: {
      required: true,
      content: {
        'application/octet-stream': { schema: { type: 'string', format: 'binary' } },
      },
    },
  },
  responses: { 202: accepted, ...failures },
})

export const verifyModelsRoute = createRoute({
  method: 'post',
  path: '/api/v1/models/verify',
  operationId: 'verifyModels',
  tags,
  summary: 'Read the files of a model again, or of all, and compare them with their checksums',
  request: { body: body(z.object({ name: ModelName.nullish() })) },
  responses: { 202: accepted, ...failures },
})

export const measureModelRoute = createRoute({
  method: 'post',
  path: '/api/v1/models/measure',
  operationId: 'measureModel',
  tags,
  summary: 'Find out how much memory a model takes and how quick it is here',
  request: { body: body(z.object({ name: ModelName })) },
  responses: { 202: accepted, ...failures },
})

export const removeModelRoute = createRoute({
  method: 'post',
  path: '/api/v1/models/remove',
  operationId: 'removeModel',
  tags,
  summary: 'Remove a model; one that is in use only by force',
  request: { body: body(z.object({ name: ModelName, force: z.boolean().default(false) })) },
  responses: { 202: accepted, ...failures },
})

export const confirmModelsRoute = createRoute({
  method: 'post',
  path: '/api/v1/models/work/{id}/confirm',
  operationId: 'confirmModels',
  tags,
  summary: 'Answer what an import asks: trust its key this once, or take an older state',
  request: {
    params: idParam,
    body: body(
      z.object({ trust: z.string().max(100).optional(), allow_older: z.boolean().optional() }),
    ),
  },
  responses: { 202: done, ...failures },
})

export const dropModelWorkRoute = createRoute({
  method: 'delete',
  path: '/api/v1/models/work/{id}',
  operationId: 'dropModelWork',
  tags,
  summary: 'Forget work that does not run, and the file that it waits with',
  request: { params: idParam },
  responses: { 204: done, ...failures },
})
