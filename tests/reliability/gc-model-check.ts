// B5: every order of the steps of the blob protocol, with a crash after each, made by the product's
// own functions on a real catalog. `node gc-model-check.ts [most states a design]`
import { type Actor, remover, settler, sweeper, uploader } from './model/actors.ts'
import { type Explored, explore } from './model/explore.ts'
import { step } from './model/stepping.ts'
import { type Durable, modelWorld, type Naming, type World } from './model/world.ts'

const LATE_MS = 25 * 60 * 60_000

const LATE = 'an upload that takes a day, a sweep'

/** Who is at work, beside a document that is there from the beginning. */
export const CASTS = {
  'an upload, a removal, a sweep': ({ version }: World) => [
    uploader(version('a')),
    remover(version('first')),
    sweeper(),
    settler(),
  ],
  'two uploads, a removal, a sweep': ({ version }: World) => [
    uploader(version('a')),
    uploader(version('b')),
    remover(version('first')),
    sweeper(),
    settler(),
  ],
  'an upload that is removed again, two sweeps': ({ version }: World) => [
    uploader(version('a')),
    remover(version('first')),
    remover(version('a')),
    sweeper('sweep'),
    sweeper('second sweep'),
    settler(),
  ],
  [LATE]: ({ version }: World) => [
    uploader(version('a')),
    remover(version('first')),
    sweeper('sweep', LATE_MS),
    settler(),
  ],
} satisfies Record<string, (world: World) => Actor[]>

export type Cast = keyof typeof CASTS

export interface Design {
  naming: Naming
  crashes: boolean
  mayLeak: boolean
}

/** The protocol as it is. */
export const OURS: Design = { naming: 'fresh', crashes: true, mayLeak: false }
/** The same with a path that is the hash: it fails without any crash. */
export const V1: Design = { naming: 'hash', crashes: false, mayLeak: false }

/**
 * The sweep gives up on who publishes for a day, and forgets the path. Who then goes on after all
 * publishes a file that only he knows, and a crash before he removes it leaves it: `verify` names it.
 */
export const designOf = (cast: Cast): Design => ({ ...OURS, mayLeak: cast === LATE })

/** Explores one cast in one design. */
export async function check(
  cast: Cast,
  design: Design,
  mostStates = Number.POSITIVE_INFINITY,
): Promise<Explored> {
  const world = await modelWorld()
  try {
    const first = world.version('first')
    let from = world.first
    for (const actor of [uploader(first), settler()])
      from = await ran(world, { ...design, actor, from })
    const actors = CASTS[cast](world)
    const stored = [first.versionId]
    return await explore({ ...design, world, from, actors, stored, mostStates })
  } finally {
    await world.end()
  }
}

/** Runs an actor alone, to its end. */
async function ran(
  world: World,
  { actor, from, naming }: { actor: Actor; from: Durable; naming: Naming },
): Promise<Durable> {
  for (let now = { durable: from, answers: [] as Parameters<typeof step>[0]['answers'] }; ; ) {
    const stepped = await step({ world, actor, naming, from: now.durable, answers: now.answers })
    if (stepped.ended === 'well') return stepped.durable
    if (stepped.ended) throw stepped.ended.error
    now = stepped
  }
}

if (import.meta.main) {
  const mostStates = Number(process.argv[2] ?? 200_000)
  const broken = await check('an upload, a removal, a sweep', V1, mostStates)
  console.log(`V1, a path that is the hash: ${JSON.stringify(broken, undefined, 2)}`)
  if (!broken.violation) process.exitCode = 1
  for (const cast of Object.keys(CASTS) as Cast[]) {
    const explored = await check(cast, designOf(cast), mostStates)
    console.log(`${cast}: ${JSON.stringify(explored)}`)
    if (explored.violation) process.exitCode = 1
  }
}
