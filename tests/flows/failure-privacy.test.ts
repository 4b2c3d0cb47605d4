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
