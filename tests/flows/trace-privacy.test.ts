import { expect, it } from 'vitest'
import { AppError } from '../../core/errors.ts'
import { settleArrivals } from '../../core/ingest/settle.ts'
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

async function work({ ports }: ServerWorld): Promise<void> {
  const { signal } = new AbortController()
  const options = { worker: 'w', leaseMs: 60_000, maxAttempts: 2, signal }
  await settleArrivals(ports)
  for (let idle = 0; idle < 3; idle++) {
    while (await runNext(ports, failing, options)) idle = 0
    if ((await moveReplays(ports, failing, options)).ended > 0) idle = 0
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
