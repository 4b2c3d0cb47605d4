import { describe, expect, it } from 'vitest'
import { newId } from '../core/ids.ts'
import { CALLERS, type Caller, RIGHTS, ROUTE_TABLE, type Row } from '../tests/route-table.ts'
import { type RouteWorld, routeWorld } from '../tests/route-world.ts'
import { serverWorld } from '../tests/server-world.ts'
import { ROUTES } from './contract/all.ts'
import { openapiDocument } from './openapi.ts'

const withoutQuery = (key: string) => key.replace(/\?.*/, '')

/** Changes nothing although it is a POST. */
const READING = ['POST /api/v1/assets/check-by-hash']

describe('every route', () => {
  it('is in the contract, in the document and in the table of rights', async () => {
    const { app } = await serverWorld()
    const registered = app.routes
      .filter((route) => route.path !== '/*')
      .map(({ method, path }) => `${method} ${path.replaceAll(/:(\w+)/g, '{$1}')}`)
    const contract = ROUTES.map((route) => `${route.method.toUpperCase()} ${route.path}`)
    const document = Object.entries(openapiDocument('0').paths ?? {}).flatMap(([path, item]) =>
      Object.keys(item).map((method) => `${method.toUpperCase()} ${path}`),
    )
    const table = Object.keys(ROUTE_TABLE).map(withoutQuery)
    const all = (keys: string[]) => [...new Set(keys)].sort()
    expect(all(registered)).toEqual(all(contract))
    expect(all(document)).toEqual(all(contract))
    expect(all(table)).toEqual(all(contract))
  })

  it('has nothing in front of it but the middleware of all', async () => {
    const { app } = await serverWorld()
    const wild = app.routes.filter((route) => route.path.includes('*'))
    expect(wild.every((route) => route.method === 'ALL' && route.path === '/*')).toBe(true)
  })
})

const isReading = (key: string) => key.startsWith('GET') || READING.includes(key)
const ALL = Object.entries(ROUTE_TABLE)

it('D13 acl-matrix: what only reads answers every kind of caller by the table', async () => {
  const world = await routeWorld()
  const rows = ALL.filter(([key]) => isReading(key))
  expect(rows.length).toBeGreaterThan(50)
  const expected: Record<string, Answers> = {}
  const found: Record<string, Answers> = {}
  for (const [key, row] of rows) {
    expected[key] = expectedAnswers(key, row)
    found[key] = await answers(world, key, row)
  }
  expect(found).toEqual(expected)
}, 240_000)

// Each with a box of its own: it changes what the others find.
describe.each(ALL.filter(([key]) => !isReading(key)))('%s', (key, row) => {
  it('D13 acl-matrix: answers every kind of caller by the table', async () => {
    expect(await answers(await routeWorld(), key, row)).toEqual(expectedAnswers(key, row))
  })
})

type Answers = Partial<Record<Caller, number>>

async function answers(world: RouteWorld, key: string, row: Row): Promise<Answers> {
  const found: Answers = {}
  for (const caller of CALLERS) {
    const answer = await call(world, key, { row, caller })
    found[caller] = answer.status
    if (caller === 'outsider')
      expect(answer.text, `what an outsider gets of ${key}`).not.toMatch(/secretplan/i)
  }
  return found
}

const expectedAnswers = (key: string, row: Row): Answers =>
  Object.fromEntries(CALLERS.map((caller) => [caller, expectedOf(key, row, caller)]))

const ABOUT_SOMETHING = Object.entries(ROUTE_TABLE).filter(
  ([key, row]) => row.right !== 'open' && key.includes('{'),
)

it('D14 idor-sweep: ids of others are answered like ids of nobody, on every route', async () => {
  const world = await routeWorld()
  expect(ABOUT_SOMETHING.length).toBeGreaterThan(40)
  for (const [key, row] of ABOUT_SOMETHING) {
    const hidden = await call(world, key, { row, caller: 'outsider', of: 'root' })
    const absent = await call(world, key, { row, caller: 'outsider', of: 'nobody' })
    expect(plain(hidden), key).toEqual(plain(absent))
    expect([403, 404], key).toContain(hidden.status)
  }
})

function expectedOf(key: string, row: Row, caller: Caller): number {
  const outcome = row.except?.[caller] ?? RIGHTS[row.right][caller]
  if (caller === 'reader' && row.right !== 'open' && !isReading(key)) return 403
  return outcome === 'ok' ? row.ok : outcome
}

interface Answer {
  status: number
  text: string
  headers: [string, string][]
}

/** Of each call its own. */
const CHANGING = new Set(['x-trace-id', 'traceparent'])

/** Makes the call. `of` says whose things it is about: the caller's, unless said otherwise. */
async function call(
  world: RouteWorld,
  key: string,
  { row, caller, of = caller }: { row: Row; caller: Caller; of?: Caller | 'nobody' },
): Promise<Answer> {
  const made = (await row.about?.(world, of === 'nobody' ? 'root' : of)) ?? {}
  const about =
    of === 'nobody' ? Object.fromEntries(Object.keys(made).map((name) => [name, newId()])) : made
  const [method = '', template = ''] = withoutQuery(key).split(' ')
  const filled = (text: string) =>
    text.replaceAll(/\{(\w+)\}/g, (_, name: string) => about[name] ?? '')
  const { token } = world.people[caller]
  const sent = row.send?.(about) ?? {}
  const answer = await world.ask(method, filled(template + (row.query ?? '')), {
    ...sent,
    ...(token && { token }),
  })
  if (answer.headers.get('content-type')?.startsWith('text/event-stream')) {
    await answer.body?.cancel()
    return { status: answer.status, text: '', headers: [] }
  }
  const headers = [...answer.headers].filter(([name]) => !CHANGING.has(name))
  return { status: answer.status, text: await answer.text(), headers }
}

/** An answer without what differs from call to call. */
const plain = ({ status, text, headers }: Answer) => {
  const { trace_id: _, ...problem } = JSON.parse(text) as Record<string, unknown>
  return { status, problem, headers }
}
