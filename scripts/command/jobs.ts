import { Argument, type Command } from 'commander'
import type { JobState, Step } from '../../core/model/job.ts'
import { STEPS } from '../../core/model/job.ts'
import { print, table, time } from './output.ts'
import { withPorts } from './with-ports.ts'

const STATES: JobState[] = ['blocked', 'queued', 'running', 'done', 'skipped', 'dead']
const MOST_SHOWN = 50

export function addJobs(program: Command): void {
  const jobs = program
    .command('jobs')
    .description('Show how many jobs are in which state, and those running, waiting or dead.')
    .action(listJobs)
  jobs
    .command('retry')
    .description('Give dead jobs another chance: one, or all.')
    .argument('[id]', 'id of one dead job')
    .action(retryJobs)
  program
    .command('reindex')
    .description('Derive a step again for every stored content, and what follows from it.')
    .addArgument(
      new Argument('[step]', 'first step to run again').choices(CONTENT_STEPS).default('extract'),
    )
    .option('--missing', 'only where a program or model was missing when it was done')
    .action(reindex)
}

const CONTENT_STEPS = STEPS.filter((step) => step !== 'link')

async function listJobs(_options: object, command: Command): Promise<void> {
  const shown = await withPorts(async ({ catalog, clock }) => {
    const states: JobState[] = ['running', 'queued', 'dead']
    const { items } = await catalog.jobs.list('all', { states, limit: MOST_SHOWN })
    const oldestReadyMs = await catalog.jobs.oldestReadyMs(clock.now())
    return { counts: await catalog.jobs.stats('all'), oldestReadyMs, jobs: items }
  })
  print(command, shown, () =>
    [
      STATES.map((state) => `${state} ${shown.counts[state]}`).join(', '),
      ...(shown.jobs.length === 0 ? [] : ['', jobTable(shown.jobs)]),
    ].join('\n'),
  )
}

interface ShownJob {
  id: string
  state: string
  step: string
  attempts: number
  documentName?: string
  errorMessage?: string
  updatedAt: number
}

const jobTable = (jobs: readonly ShownJob[]) =>
  table(
    ['ID', 'STATE', 'STEP', 'TRIES', 'CHANGED', 'DOCUMENT', 'ERROR'],
    jobs.map((job) => [
      job.id,
      job.state,
      job.step,
      String(job.attempts),
      time(job.updatedAt),
      job.documentName ?? '-',
      job.errorMessage ?? '',
    ]),
  )

async function retryJobs(
  id: string | undefined,
  _options: object,
  command: Command,
): Promise<void> {
  const retried = await withPorts(({ catalog, clock }) =>
    catalog.jobs.retryDead('all', id, clock.now()),
  )
  print(command, { retried }, () => `${retried} jobs are queued again.`)
}

async function reindex(
  step: Step,
  { missing }: { missing?: boolean },
  command: Command,
): Promise<void> {
  const { steps } = await import('../../core/pipeline/steps.ts')
  const version = steps.get(step)?.version ?? 0
  const queued = await withPorts(({ catalog, clock }) =>
    catalog.jobs.requeue(step, version, missing ? 'missing' : undefined, clock.now()),
  )
  print(command, { step, queued }, () => `"${step}" is queued for ${queued} contents.`)
}
