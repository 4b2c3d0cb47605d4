// M3: random questions over random changes of rights, held against a model that none of the box's code
// has a part in. `node access-exact.ts [questions] [seed]`
import { change } from './access/changes.ts'
import { events } from './access/events.ts'
import { foreignIn } from './access/model.ts'
import { type Asked, type Question, query } from './access/queries.ts'
import { type AccessWorld, accessWorld } from './access/world.ts'

interface AccessExactResult {
  questions: number
  /** Of each kind. */
  asked: Record<string, number>
  changes: number
  /** Questions of somebody who had just lost sight of what they ask for. */
  afterLoss: number
  eventsTold: number
  /** Names, texts, ids, digests in an answer that are of what the asker may not see. */
  foreign: string[]
  /** Answers that differ from the model in any other way. */
  wrong: string[]
}

/** Fresh books, people and indexes after so many questions. */
const PER_WORLD = 2_500
/** Every third question comes after a change. */
const CHANGE_SHARE = 0.34
const EVENT_SHARE = 0.03
const MOST_TOLD = 20

export async function accessExact(
  questions: number,
  seed: number,
  onProgress: (line: string) => void = () => {},
): Promise<AccessExactResult> {
  const result: AccessExactResult = {
    questions: 0,
    asked: {},
    changes: 0,
    afterLoss: 0,
    eventsTold: 0,
    foreign: [],
    wrong: [],
  }
  for (let round = 0; result.questions < questions; round++) {
    const world = await accessWorld(seed + round)
    try {
      for (let i = 0; i < 30; i++) await change(world)
      const most = Math.min(PER_WORLD, questions - result.questions)
      await inOne(world, result, most)
    } finally {
      await world.close()
    }
    onProgress(
      `${result.questions} questions, ${result.changes} changes, ${result.afterLoss} after a loss, ` +
        `${result.foreign.length} foreign, ${result.wrong.length} wrong`,
    )
  }
  return result
}

async function inOne(world: AccessWorld, result: AccessExactResult, most: number): Promise<void> {
  for (let i = 0; i < most; i++) {
    if (world.random() < CHANGE_SHARE) {
      const { losses } = await change(world)
      result.changes++
      const loss = losses.length > 0 ? world.pick(losses) : undefined
      const person = world.model.people.find(({ id }) => id === loss?.personId)
      if (loss && person) {
        const asking = { world, person, token: person.token, document: loss.document }
        judge(asking, await query(asking), result)
        result.afterLoss++
        continue
      }
    }
    const asking = someone(world)
    if (world.random() < EVENT_SHARE) await listen(asking, result)
    else judge(asking, await query(asking), result)
  }
}

function someone(world: AccessWorld): Question {
  const person = world.pick(world.model.people)
  const { token, bookId } = person.limited
  return world.random() < 0.15
    ? { world, person, token, bookId }
    : { world, person, token: person.token }
}

function judge(asking: Question, { kind, text, wrong }: Asked, result: AccessExactResult): void {
  result.questions++
  result.asked[kind] = (result.asked[kind] ?? 0) + 1
  const foreign = foreignIn(text, asking.world.model, asking)
  if (foreign.length > 0) tell(result.foreign, result, `${kind}: ${foreign.join(', ')}`)
  if (wrong.length > 0) tell(result.wrong, result, `${kind}: ${wrong.join('; ')}`)
}

async function listen(asking: Question, result: AccessExactResult): Promise<void> {
  const { told, ...asked } = await events(asking)
  result.eventsTold += told
  judge(asking, asked, result)
}

/** The first of them are enough to find out what happened; all of them are counted. */
function tell(into: string[], { questions }: AccessExactResult, what: string): void {
  into.push(into.length < MOST_TOLD ? `question ${questions}: ${what}` : 'another')
}

const isExact = ({ foreign, wrong, afterLoss, changes }: AccessExactResult): boolean =>
  foreign.length === 0 && wrong.length === 0 && afterLoss > 0 && changes > 0

if (import.meta.main) {
  const [questions = '100000', seed = '1'] = process.argv.slice(2)
  const started = performance.now()
  const result = await accessExact(Number(questions), Number(seed), console.log)
  const { foreign, wrong, ...counts } = result
  console.log(counts)
  for (const line of [...foreign, ...wrong].slice(0, 2 * MOST_TOLD)) console.log(line)
  console.log(`${foreign.length} foreign, ${wrong.length} wrong, seed ${seed}`)
  console.log(`${((performance.now() - started) / 1000).toFixed(0)} s`)
  process.exitCode = isExact(result) ? 0 : 1
}
