import { getJob, jobStats, listJobs, retryAllDead, retryJob } from '../../core/job/jobs.ts'
import { accessOf, router } from '../context.ts'
import * as contract from '../contract/jobs.ts'
import type { Door } from '../door.ts'
import { jobOut } from '../wire/job.ts'
import { pageOf } from '../wire/page.ts'

/** Work on documents. Fixed paths before the one with an id. */
export const jobs = ({ ports }: Door) =>
  router()
    .openapi(contract.listJobsRoute, async (c) => {
      const { state, limit, cursor } = c.req.valid('query')
      const page = await listJobs(ports, await accessOf(c), {
        limit,
        ...(state && { states: state }),
        ...(cursor !== undefined && { cursor }),
      })
      return c.json(pageOf(page, jobOut), 200)
    })
    .openapi(contract.jobStatsRoute, async (c) => {
      const { counts, oldestReadyMs } = await jobStats(ports, await accessOf(c))
      return c.json({ ...counts, oldest_ready_ms: oldestReadyMs }, 200)
    })
    .openapi(contract.getJobRoute, async (c) => {
      const job = await getJob(ports, await accessOf(c), c.req.valid('param').id)
      return c.json(jobOut(job), 200)
    })
    .openapi(contract.retryDeadRoute, async (c) =>
      c.json({ retried: await retryAllDead(ports, await accessOf(c)) }, 200),
    )
    .openapi(contract.retryJobRoute, async (c) => {
      const retried = await retryJob(ports, await accessOf(c), c.req.valid('param').id)
      return c.json({ retried }, 200)
    })
