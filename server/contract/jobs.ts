import { createRoute, z } from '@hono/zod-openapi'
import { CoverageOut, ModalityOut, StepOut } from './locators.ts'
import { failures, Id, idParam, json, listOf, paging, repeated, Time } from './shared.ts'

const JobStateName = z.enum(['blocked', 'queued', 'running', 'done', 'skipped', 'dead'])

const JobOut = z
  .object({
    id: Id,
    step: z.string(),
    state: JobStateName,
    progress: z.number(),
    attempts: z.int(),
    error: z
      .object({ code: z.string(), reason: z.string().nullable(), message: z.string() })
      .nullable(),
    document: z
      .object({ id: Id, name: z.string(), book: z.string(), chapter: z.string() })
      .nullable(),
    trace_id: z.string(),
    created_at: Time,
    updated_at: Time,
    coverage: CoverageOut.nullable(),
    modalities: z.array(ModalityOut),
    steps: z.array(StepOut),
  })
  .openapi('Job')

const tags = ['Jobs']

export const listJobsRoute = createRoute({
  method: 'get',
  path: '/api/v1/jobs',
  operationId: 'listJobs',
  tags,
  summary: 'Work on documents that the caller sees',
  request: { query: z.object({ state: repeated(JobStateName).optional(), ...paging }) },
  responses: { 200: json(listOf(JobOut), 'Newest first'), ...failures },
})

export const jobStatsRoute = createRoute({
  method: 'get',
  path: '/api/v1/jobs/stats',
  operationId: 'jobStats',
  tags,
  summary: 'How much work there is',
  responses: {
    200: json(
      z
        .object({
          blocked: z.int(),
          queued: z.int(),
          running: z.int(),
          done: z.int(),
          skipped: z.int(),
          dead: z.int(),
          oldest_ready_ms: z.int(),
        })
        .openapi('JobStats'),
      'Jobs by state',
    ),
    ...failures,
  },
})

export const getJobRoute = createRoute({
  method: 'get',
  path: '/api/v1/jobs/{id}',
  operationId: 'getJob',
  tags,
  summary: 'One job with the steps of its document',
  request: { params: idParam },
  responses: { 200: json(JobOut, 'The job'), ...failures },
})

const Retried = z.object({ retried: z.int() })

export const retryJobRoute = createRoute({
  method: 'post',
  path: '/api/v1/jobs/{id}/retry',
  operationId: 'retryJob',
  tags,
  summary: 'Take a job out of the dead letter',
  request: { params: idParam },
  responses: { 200: json(Retried, 'How many'), ...failures },
})

export const retryDeadRoute = createRoute({
  method: 'post',
  path: '/api/v1/jobs/retry-dead',
  operationId: 'retryDead',
  tags,
  summary: 'Take every visible job out of the dead letter',
  responses: { 200: json(Retried, 'How many'), ...failures },
})
