import { setImmediate as turn } from 'node:timers/promises'
import type { Actor } from './actors.ts'
import type { Durable, Naming, Opened, World } from './world.ts'

/** A call that an actor made of a port, and what it was answered: all that it knows. */
export interface Answered {
  call: string
  value?: unknown
  error?: unknown
}

/** What a step came to. */
export interface Stepped {
  durable: Durable
  answers: readonly Answered[]
  /** The call that was made, in words. */
  call: string
  /** Undefined while there is more to do. */
  ended?: 'well' | { error: unknown }
}

/**
 * Calls at which others may come in between: each is one transaction, or one change of the folder of
 * blobs. All others neither see nor change what the protocol is about, so that their order is nothing
 * to look at, and are made in one go with the step before.
 */
const STEPS = new Set([
  'blobs.remove',
  'staged.publish',
  'catalog.ingest.begin',
  'catalog.ingest.finish',
  'catalog.ingest.settle',
  'catalog.blobs.reap',
  'catalog.blobs.reapQueue',
  'catalog.blobs.forgetReaped',
  'catalog.blobs.intents',
  'catalog.blobs.forgetIntents',
  'catalog.blobs.abandonIntents',
  'catalog.library.purge',
])

export interface Stepping {
  world: World
  actor: Actor
  from: Durable
  /** What the actor was answered up to now. */
  answers: readonly Answered[]
  naming: Naming
}

/**
 * Makes the next step of an actor that has come this far. It is run from its beginning: what it was
 * answered before it is answered again, so that it stands where it stood, with nothing to restore but
 * the durable state.
 */
export async function step(stepping: Stepping): Promise<Stepped> {
  const { world, actor, from, naming } = stepping
  const opened = await world.open(from, naming)
  const turns = turnstile(stepping.answers)
  let ended: Stepped['ended']
  actor.run(gated(opened, turns)).then(
    () => {
      ended = 'well'
    },
    (error: unknown) => {
      ended = { error }
    },
  )
  await turns.untilStill(() => ended !== undefined)
  const durable = opened.leave()
  const call = turns.made() ?? 'nothing'
  return { durable, answers: turns.answers, call, ...(ended !== undefined && { ended }) }
}

/** Lets known answers through, one new step, and what follows it up to the step after. */
function turnstile(known: readonly Answered[]) {
  const answers = [...known]
  let asked = 0
  let running = 0
  let waiting = 0
  let made: string | undefined
  const never = new Promise<never>(() => {})

  async function live(call: string, work: () => Promise<unknown>): Promise<unknown> {
    const at = answers.push({ call }) - 1
    running++
    try {
      const value = await work()
      answers[at] = { call, value }
      return value
    } catch (error) {
      answers[at] = { call, error }
      throw error
    } finally {
      running--
    }
  }

  return {
    answers,
    made: () => made,
    async pass(call: string, work: () => Promise<unknown>): Promise<unknown> {
      const answer = known[asked++]
      if (answer) {
        if (answer.call !== call) throw new Error(`${call} instead of ${answer.call}`)
        if ('error' in answer) throw answer.error
        return answer.value
      }
      const isStep = STEPS.has(call)
      if (waiting > 0 || (isStep && made !== undefined)) {
        waiting++
        return never
      }
      if (isStep) made = call
      return live(call, work)
    },
    async untilStill(hasEnded: () => boolean): Promise<void> {
      do await turn()
      while (running > 0 || !(waiting > 0 || hasEnded()))
    },
  }
}

type Turnstile = ReturnType<typeof turnstile>

/** The ports with the turnstile before every call of them. */
function gated({ ports, staged }: Opened, turns: Turnstile): Omit<Opened, 'leave'> {
  const { blobs, catalog } = ports
  return {
    ports: {
      ...ports,
      blobs: gate(blobs, 'blobs', turns),
      catalog: gate(catalog, 'catalog', turns),
    },
    staged: gate(staged, 'staged', turns),
  }
}

function gate<T extends object>(port: T, name: string, turns: Turnstile): T {
  return new Proxy(port, {
    get(target, key) {
      const value: unknown = Reflect.get(target, key)
      const place = `${name}.${String(key)}`
      if (typeof value === 'object' && value !== null) return gate(value, place, turns)
      if (typeof value !== 'function') return value
      return (...given: unknown[]) => {
        const made: unknown = isStream(place) ? value(...given) : undefined
        return made ?? turns.pass(place, async () => value(...given))
      }
    },
  })
}

/** Read as it comes, and of nothing that the protocol is about. */
const isStream = (place: string): boolean => /^blobs\.(read|list|stagedNames)$/.test(place)
