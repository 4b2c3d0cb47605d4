import { expect, it } from 'vitest'
import { AppError } from '../../core/errors.ts'
import { settleArrivals } from '../../core/ingest/settle.ts'
import type { Step } from '../../core/model/job.ts'
import type { StepDefinition } from '../../core/pipeline/step.ts'
import { steps } from '../../core/pipeline/steps.ts'
import { runNext } from '../../worker/loop.ts'
import { moveReplays } from '../../worker/replay.ts'
import { type ServerWorld, serverWorld } from '../server-world.ts'
import { bodyOf, type Person, person } from '../two-people.ts'

const SECRET = 'the bridge is closed from March'

/** The steps of the product, the first of which gives up on every file. */
const failing = new Map(steps).set('probe', {
  ...(steps.get('probe') as StepDefinition),
  run: async () => {
    throw new AppError('internal', 'Nothing can be read.', { reason: 'PARSER_DIED' })
  },
})

/** The same, once whatever it needs is there. */
const reading = new Map(steps).set('probe', {
  ...(steps.get('probe') as StepDefinition),
  run: async () => ({ state: 'done', facts: {}, next: [] }),
})

async function work(
  { ports }: ServerWorld,
  definitions: ReadonlyMap<Step, StepDefinition> = failing,
  look = async () => {},
): Promise<void> {
  const { signal } = new AbortController()
  const options = { worker: 'w', leaseMs: 60_000, maxAttempts: 2, signal }
  await settleArrivals(ports)
  for (let idle = 0; idle < 3; idle++) {
    while (await runNext(ports, definitions, options)) idle = 0
    if ((await moveReplays(ports, definitions, options)).ended > 0) idle = 0
    await look()
    ports.clock.advance(60 * 60_000)
  }
}

/** What its sender is told by the trace of a file that nobody can read, and by its job. */
async function toldOf(world: ServerWorld, who: Person) {
  const { doc_id, job_id } = await who.store(SECRET)
  await work(world)
  const { trace_id } = await bodyOf(await who.ask('GET', `/upload/${doc_id}`))
  const trace = await (await who.ask('GET', `/api/v1/traces/${trace_id}`)).json()
  const { errors, files } = trace as { errors: unknown[]; files: { steps: object[] }[] }
  const { state, attempts, error } = await bodyOf(await who.ask('GET', `/api/v1/jobs/${job_id}`))
  return { errors, steps: files.map((file) => file.steps.length), state, attempts, error }
}

it('A5 response-shape: the trace of a file that cannot be read tells not who brought it first', async () => {
  const world = await serverWorld()
  const [vera, eve] = [await person(world, 'vera'), await person(world, 'eve')]
  const first = await toldOf(world, vera)
  expect(first.state).toBe('dead')
  expect(await toldOf(world, eve)).toEqual(first)
})

/** The first step lacks a program: the file is kept without text, and no one else is to blame. */
const without = new Map(steps).set('probe', {
  ...(steps.get('probe') as StepDefinition),
  run: async () => ({
    state: 'skipped',
    facts: {},
    reason: 'NO_CONVERTER',
    message: 'A program is missing.',
    next: [],
  }),
})

it('A5 response-shape: what failed for want of a program is tried again for who comes later', async () => {
  const world = await serverWorld()
  const [vera, eve] = [await person(world, 'vera'), await person(world, 'eve')]
  const { job_id } = await vera.store(SECRET)
  await work(world, without)
  const seen = async (who: Person, id: unknown) => {
    const { state, attempts, error } = await bodyOf(await who.ask('GET', `/api/v1/jobs/${id}`))
    return [state, attempts, error]
  }
  expect(await seen(vera, job_id)).toEqual(['skipped', 1, null])
  const known = await eve.store(SECRET, { doc_name: 'known' })
  const unknown = await eve.store('nobody has this', { doc_name: 'unknown' })
  const stories: unknown[][] = []
  await work(world, reading, async () => {
    stories.push([await seen(eve, known.job_id), await seen(eve, unknown.job_id)])
  })
  for (const [one, other] of stories) expect(one).toEqual(other)
  expect(stories.at(-1)?.[0]).toEqual(['done', 1, null])
  expect(await seen(vera, job_id)).toEqual(['done', 1, null])
})

it('A5 response-shape: a retry is told to nobody but who asked for it, until it has helped', async () => {
  const world = await serverWorld()
  const [vera, eve] = [await person(world, 'vera'), await person(world, 'eve')]
  const mine = await vera.store(SECRET)
  await work(world)
  const hers = await eve.store(SECRET)
  await work(world)
  const seen = async () => {
    const job = await bodyOf(await eve.ask('GET', `/api/v1/jobs/${hers.job_id}`))
    const document = await bodyOf(await eve.ask('GET', `/api/v1/documents/${hers.document_id}`))
    return { job: { ...job, updated_at: 0 }, document }
  }
  const before = await seen()
  await vera.ask('POST', `/api/v1/jobs/${mine.job_id}/retry`)
  expect(await seen()).toEqual(before)
  const during: unknown[] = []
  await work(world, failing, async () => {
    during.push(await seen())
  })
  for (const each of during) expect(each).toEqual(before)
  await vera.ask('POST', `/api/v1/jobs/${mine.job_id}/retry`)
  await work(world, reading)
  expect(await seen()).not.toEqual(before)
})

it('A5 response-shape: a failure that was mended since is told to nobody who comes later', async () => {
  const world = await serverWorld()
  const [vera, eve] = [await person(world, 'vera'), await person(world, 'eve')]
  const { job_id } = await vera.store(SECRET)
  await work(world)
  const retried = await bodyOf(await vera.ask('POST', `/api/v1/jobs/${job_id}/retry`))
  expect(retried).toEqual({ retried: 1 })
  await work(world, reading)
  const storyOf = async (text: string) => {
    const story: unknown[] = []
    const { job_id } = await eve.store(text, { doc_name: text })
    await work(world, reading, async () => {
      const { state, attempts, error } = await bodyOf(
        await eve.ask('GET', `/api/v1/jobs/${job_id}`),
      )
      story.push([state, attempts, error])
    })
    return story
  }
  const unknown = await storyOf('nobody has this')
  expect(unknown.at(-1)).toEqual(['done', 1, null])
  expect(await storyOf(SECRET)).toEqual(unknown)
})
