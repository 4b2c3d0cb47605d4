import { type Actor, recovery, sweeper } from './actors.ts'
import { type Answered, step } from './stepping.ts'
import { keyOf, type Promises, viewOf, wrongWith } from './view.ts'
import type { Durable, Naming, World } from './world.ts'

export interface Exploration {
  world: World
  from: Durable
  actors: readonly Actor[]
  /** Versions that are stored at the beginning. */
  stored: Promises
  naming: Naming
  /** Whether the box may crash, too. */
  crashes: boolean
  /** Files that nobody knows are none of what is wrong. */
  mayLeak: boolean
  /** Looks at no more states than this. */
  mostStates: number
}

export interface Explored {
  /** Different states, of what is durable and of how far everybody is. */
  states: number
  steps: number
  /** Different durable states from which a crash was recovered, at every step of the recovery too. */
  crashes: number
  /** All that there are were looked at. */
  isComplete: boolean
  violation?: { what: string; trace: readonly string[] }
}

interface Progress {
  answers: readonly Answered[]
  hasBegun: boolean
  ended?: 'well' | 'badly'
}

interface State {
  durable: Durable
  progress: readonly Progress[]
  trace: readonly string[]
}

/** What was found wrong, on its way out. */
class Violation extends Error {
  readonly trace: readonly string[]
  constructor(what: string, trace: readonly string[]) {
    super(what)
    this.trace = trace
  }
}

/**
 * Looks at every order in which the actors' steps can come, and at a crash after each, depth first.
 * Ends at the first state that is wrong.
 */
export async function explore(exploration: Exploration): Promise<Explored> {
  const { from, actors, mostStates } = exploration
  const seen = new Set<string>()
  const crashes = crashCheck(exploration)
  const explored: Explored = { states: 0, steps: 0, crashes: 0, isComplete: true }
  const progress = actors.map(() => ({ answers: [], hasBegun: false }))
  const open: State[] = [{ durable: from, progress, trace: [] }]
  try {
    for (let state = open.pop(); state; state = open.pop()) {
      if (!(await isNew(exploration, state, seen))) continue
      if (seen.size > mostStates) {
        explored.isComplete = false
        break
      }
      if (exploration.crashes)
        await crashes.after(state.durable, promisesOf(exploration, state), state.trace)
      const next = await successors(exploration, state)
      explored.steps += next.length
      open.push(...next)
    }
  } catch (cause) {
    if (!(cause instanceof Violation)) throw cause
    explored.violation = { what: cause.message, trace: cause.trace }
  }
  return { ...explored, states: seen.size, crashes: crashes.count() }
}

/** Looks a state over. @throws Violation */
async function isNew(exploration: Exploration, state: State, seen: Set<string>): Promise<boolean> {
  const { naming, mayLeak } = exploration
  const view = viewOf(state.durable)
  const promises = promisesOf(exploration, state)
  const isAtRest = state.progress.every(({ hasBegun, ended }) => !hasBegun || ended !== undefined)
  const wrong = wrongWith(view, { promises, naming, isAtRest, mayLeak })
  if (wrong !== undefined) throw new Violation(wrong, state.trace)
  const ended = state.progress.map((each) => [each.hasBegun, each.ended])
  const key = keyOf(
    view,
    state.progress.map(({ answers }) => answers),
    ended,
  )
  if (seen.has(key)) return false
  seen.add(key)
  return true
}

function promisesOf({ stored, actors }: Exploration, { progress }: State): Promises {
  const brought = actors.flatMap(({ brings }, at) =>
    brings !== undefined && progress[at]?.ended === 'well' ? [brings] : [],
  )
  const removed = actors.flatMap(({ removes }, at) => (progress[at]?.hasBegun && removes) || [])
  return [...stored, ...brought].filter((id) => !removed.includes(id))
}

async function successors(exploration: Exploration, state: State): Promise<State[]> {
  const { world, actors, naming } = exploration
  const next: State[] = []
  for (const [at, actor] of actors.entries()) {
    const own = state.progress[at]
    if (!own || own.ended || !mayBegin(exploration, state, actor)) continue
    const { durable, answers, call, ended } = await step({
      world,
      actor,
      naming,
      from: state.durable,
      answers: own.answers,
    })
    const after: Progress = {
      answers,
      hasBegun: true,
      ...(ended !== undefined && { ended: ended === 'well' ? 'well' : 'badly' }),
    }
    next.push({
      durable,
      progress: state.progress.with(at, after),
      trace: [...state.trace, `${actor.name}: ${call}`],
    })
  }
  return next
}

/** Nobody removes what is not there yet. */
function mayBegin(
  { stored, actors }: Exploration,
  { progress }: State,
  { removes }: Actor,
): boolean {
  if (removes === undefined || stored.includes(removes)) return true
  const bringer = actors.findIndex(({ brings }) => brings === removes)
  return progress[bringer]?.ended === 'well'
}

/** Recovers from a crash in every durable state once, with a crash after every step of it, too. */
function crashCheck({ world, naming, mayLeak }: Exploration) {
  const seen = new Set<string>()

  async function after(durable: Durable, promises: Promises, trace: readonly string[]) {
    const view = viewOf(durable)
    const key = keyOf(view, [], promises)
    if (seen.has(key)) return
    seen.add(key)
    let now = { durable, trace: [...trace, 'crash'] }
    for (const actor of [recovery, sweeper()]) now = await run(actor, now, promises)
  }

  async function run(
    actor: Actor,
    start: { durable: Durable; trace: string[] },
    promises: Promises,
  ) {
    let { durable, trace } = start
    let answers: readonly Answered[] = []
    for (;;) {
      const stepped = await step({ world, actor, naming, from: durable, answers })
      ;({ durable, answers } = stepped)
      trace = [...trace, `${actor.name}: ${stepped.call}`]
      const { ended } = stepped
      if (ended !== undefined && ended !== 'well') {
        throw new Violation(`${actor.name} failed: ${String(ended.error)}`, trace)
      }
      const isAtRest = ended !== undefined
      const wrong = wrongWith(viewOf(durable), { promises, naming, isAtRest, mayLeak })
      if (wrong !== undefined) throw new Violation(wrong, trace)
      if (isAtRest) return { durable, trace }
      await after(durable, promises, trace)
    }
  }

  return { after, count: () => seen.size }
}
