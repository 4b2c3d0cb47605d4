import {
  type Asker,
  currentOf,
  findableBy,
  type ModelDocument,
  roleInChapter,
  roleOf,
  seenBy,
} from './model.ts'
import type { AccessWorld } from './world.ts'
import { WORDS } from './world.ts'

/** What was asked, what came, and what differs from the model: empty when all is well. */
export interface Asked {
  kind: string
  text: string
  wrong: string[]
}

export interface Question extends Asker {
  world: AccessWorld
  token: string
  /** What the question is about, when it must be about something. */
  document?: ModelDocument
}

interface Hits {
  hits: {
    document_id: string
    name: string
    snippet: string
    book: { id: string }
    chapter: { id: string }
  }[]
  next_cursor: string | null
  total: number
  facets: {
    kind: { count: number }[]
    book: { id: string; count: number }[]
    changed: { count: number }[]
  }
  pending_documents: number
}

interface Listed {
  items: { id: string; document_id: string; role: string; document_count: number }[]
}

/** Asks one thing of the server, and compares the answer with the model. */
export async function query(asking: Question): Promise<Asked> {
  const [kind, ask] = asking.world.pick<readonly [string, Ask]>(asking.document ? ABOUT_IT : DRAWN)
  const { text, wrong } = await ask(asking)
  return { kind, text, wrong }
}

type Ask = (asking: Question) => Promise<Omit<Asked, 'kind'>>

async function get<Body>(
  { world, token }: Question,
  path: string,
): Promise<{ status: number; text: string; body: Body }> {
  const { status, text } = await world.ask('GET', path, { token })
  const isJson = text.startsWith('{')
  return { status, text, body: (isJson ? JSON.parse(text) : {}) as Body }
}

/** A difference, told in words. */
const unless = (fits: boolean, what: string): string[] => (fits ? [] : [what])

const same = (a: Iterable<string>, b: Iterable<string>) =>
  [...a].sort().join() === [...b].sort().join()

/** A disabled account is nobody. */
const expectedStatus = ({ person }: Question): number => (person.isDisabled ? 401 : 200)

const search: Ask = async (asking) => {
  const { world } = asking
  const { model, pick } = world
  const document = asking.document ?? pick(model.documents)
  const content = currentOf(document)
  const word = asking.document
    ? pick([`cont${content.number}q`, `doc${document.number}q`])
    : pick([
        ...WORDS,
        `cont${content.number}q`,
        `doc${document.number}q`,
        `"${content.text.split(' ').slice(1, 3).join(' ')}"`,
        `${pick(WORDS)} ${pick(WORDS)}`,
        pick(WORDS).slice(0, 4),
      ])
  const sort = pick(['best', 'best', 'exact', 'newest'])
  const filter = asking.document ? '' : filterOf(asking)
  const path = `/api/v1/search?q=${encodeURIComponent(word)}&sort=${sort}&limit=100${filter}`
  const { status, text, body } = await get<Hits>(asking, path)
  if (status !== 200) return { text, wrong: statusIs(asking, status) }
  const findable = findableBy(model, asking)
  const found = new Set(body.hits.map(({ document_id }) => document_id))
  const wrong = body.hits.flatMap((hit) => {
    const its = findable.find(({ id }) => id === hit.document_id)
    if (!its) return [`${hit.document_id} is not to be found`]
    return [
      ...unless(hit.name === its.name, `the name ${hit.name}`),
      ...unless(hit.chapter.id === its.chapterId, 'the chapter of a hit'),
      ...unless(currentOf(its).text.includes(hit.snippet.replaceAll('…', '').trim()), 'a snippet'),
    ]
  })
  const sum = (counts: { count: number }[]) => counts.reduce((all, { count }) => all + count, 0)
  wrong.push(
    ...unless(body.next_cursor !== null || body.total === found.size, 'the total'),
    ...unless(sum(body.facets.book) === body.total, 'the facet of books'),
    ...unless(sum(body.facets.kind) === body.total, 'the facet of kinds'),
    ...unless(
      body.pending_documents ===
        seenBy(model, asking).filter(({ waits, isTrashed }) => waits && !isTrashed).length,
      'the count of what waits',
    ),
  )
  // Nothing is lost, either, as soon as the indexes know where everything is.
  if (filter === '' && /^\w+$/.test(word)) {
    const holding = findable.filter(
      (each) =>
        !each.isStale && `${currentOf(each).text} ${each.name}`.split(/[ .]/).includes(word),
    )
    for (const each of holding) wrong.push(...unless(found.has(each.id), `${each.name} is lost`))
    const isSettled = findable.every(({ isStale }) => !isStale)
    if (sort === 'exact' && isSettled) {
      wrong.push(...unless(body.total === holding.length, 'how many were found'))
    }
  }
  return { text, wrong }
}

function filterOf({ world }: Question): string {
  const { model, pick, random } = world
  if (random() < 0.6) return ''
  return pick([
    `&book=${pick([...model.books.keys()])}`,
    `&chapter=${pick([...model.chapters.keys()])}`,
    '&type=pdf',
    `&from=${world.ports.clock.now() - 100_000}`,
    `&to=${world.ports.clock.now() - 20_000}`,
  ])
}

const statusIs = (asking: Question, status: number): string[] =>
  unless(status === expectedStatus(asking), `status ${status}`)

const books: Ask = async (asking) => {
  const { status, text, body } = await get<{ items: (Listed['items'][0] & BookOut)[] }>(
    asking,
    '/api/v1/books',
  )
  if (status !== 200) return { text, wrong: statusIs(asking, status) }
  const { model } = asking.world
  const expected = [...model.books.keys()].flatMap((bookId) => {
    const role = roleOf(model, asking, { bookId })
    const chapters = [...model.chapters].flatMap(([id, { bookId: of }]) => {
      const own = of === bookId ? roleInChapter(model, asking, id) : undefined
      const count = model.documents.filter((each) => each.chapterId === id && !each.isTrashed)
      return own ? [`${id} ${own} ${count.length}`] : []
    })
    return role || chapters.length > 0
      ? [`${bookId} ${role ?? null} ${chapters.sort().join()}`]
      : []
  })
  const told = body.items.map(({ id, role, chapters }) => {
    const parts = chapters.map((each) => `${each.id} ${each.role} ${each.document_count}`)
    return `${id} ${role ?? null} ${parts.sort().join()}`
  })
  return { text, wrong: unless(same(told, expected), 'the shelf') }
}

interface BookOut {
  chapters: { id: string; role: string; document_count: number }[]
}

const list: Ask = async (asking) => {
  const { model, pick } = asking.world
  const chapterId = pick([...model.chapters.keys(), undefined])
  const trashed = pick([true, false, false])
  const path = `/api/v1/documents?limit=200&trashed=${trashed}${chapterId ? `&chapter=${chapterId}` : ''}`
  const { status, text, body } = await get<Listed>(asking, path)
  if (asking.person.isDisabled) return { text, wrong: statusIs(asking, status) }
  const role = chapterId && roleInChapter(model, asking, chapterId)
  if (chapterId && !role) return { text, wrong: unless(status === 404, `status ${status}`) }
  if (chapterId && trashed && role === 'viewer') {
    return { text, wrong: unless(status === 403, `status ${status}`) }
  }
  const expected = seenBy(model, asking)
    .filter((each) => each.isTrashed === trashed && (!chapterId || each.chapterId === chapterId))
    .map(({ id }) => id)
  return {
    text,
    wrong: unless(
      same(
        body.items.map(({ id }) => id),
        expected,
      ),
      'the list',
    ),
  }
}

/** What one document is asked for: there for those who see it, and for others as if it were not. */
const ofDocument =
  (path: (id: string) => string, isThere: (document: ModelDocument) => boolean): Ask =>
  async (asking) => {
    const document = asking.document ?? asking.world.pick(asking.world.model.documents)
    const { status, text } = await get(asking, path(document.id))
    if (asking.person.isDisabled) return { text, wrong: statusIs(asking, status) }
    const sees = seenBy(asking.world.model, asking).includes(document)
    const expected = sees && isThere(document) ? 200 : 404
    const wrong = unless(status === expected, `status ${status}, expected ${expected}`)
    if (sees || status !== 404) return { text, wrong }
    const absent = await get(asking, path('0199d2c1-7c1e-7b5a-9c0f-1d2e3f405162'))
    const plain = (body: string) => body.replace(/"trace_id":"\w+"/, '')
    return { text, wrong: [...wrong, ...unless(plain(text) === plain(absent.text), 'the refusal')] }
  }

const always = () => true
const details = ofDocument((id) => `/api/v1/documents/${id}`, always)
const versions = ofDocument((id) => `/api/v1/documents/${id}/versions`, always)
const words = ofDocument((id) => `/api/v1/documents/${id}/text`, always)
const preview = ofDocument(
  (id) => `/api/v1/documents/${id}/preview`,
  ({ isPictured }) => isPictured,
)

/** Those that the asker sees, and that are almost like one which is hidden from them. */
function besideHidden(asking: Question): ModelDocument[] {
  const { model } = asking.world
  const seen = seenBy(model, asking)
  const familyOf = (document: ModelDocument) => currentOf(document).family
  const hidden = new Set(model.documents.filter((each) => !seen.includes(each)).map(familyOf))
  return seen.filter((each) => each.isPictured && hidden.has(familyOf(each)))
}

const near: Ask = async (asking) => {
  const { model, pick } = asking.world
  const beside = pick([true, false]) ? besideHidden(asking) : []
  const document = asking.document ?? pick(beside.length > 0 ? beside : model.documents)
  const path = `/api/v1/documents/${document.id}/near`
  const { status, text, body } = await get<Listed>(asking, path)
  if (asking.person.isDisabled) return { text, wrong: statusIs(asking, status) }
  if (!seenBy(model, asking).includes(document)) {
    return { text, wrong: unless(status === 404, `status ${status}`) }
  }
  const findable = findableBy(model, asking)
  const own = currentOf(document)
  const told = new Set(findable.filter(({ isPictured }) => isPictured).map(currentOf))
  const expected = document.isPictured
    ? findable.filter((each) => {
        const content = currentOf(each)
        return content !== own && content.family === own.family && told.has(content)
      })
    : []
  const found = new Set(body.items.map(({ document_id }) => document_id))
  const wrong = [...found].filter((id) => !expected.some((each) => each.id === id))
  const most = Math.min(expected.length, 20)
  return { text, wrong: [...wrong, ...unless(found.size === most, 'how many are almost the same')] }
}

const folders: Ask = async (asking) => {
  const { model, pick } = asking.world
  const chapterId = pick([...model.chapters.keys()])
  const { status, text, body } = await get<{ items: { path: string; document_count: number }[] }>(
    asking,
    `/api/v1/chapters/${chapterId}/folders`,
  )
  if (asking.person.isDisabled) return { text, wrong: statusIs(asking, status) }
  if (!roleInChapter(model, asking, chapterId)) {
    return { text, wrong: unless(status === 404, `status ${status}`) }
  }
  const inside = model.documents.filter(
    (each) => each.chapterId === chapterId && !each.isTrashed && each.folder !== '',
  )
  const told = body.items.map(({ path, document_count }) => `${path} ${document_count}`)
  const expected = [...Map.groupBy(inside, ({ folder }) => folder)].map(
    ([folder, { length }]) => `${folder} ${length}`,
  )
  return { text, wrong: unless(same(told, expected), 'the folders') }
}

/** Only looked through for what is foreign. */
const looked =
  (path: string): Ask =>
  async (asking) => {
    const { status, text } = await get(asking, path)
    return { text, wrong: statusIs(asking, status) }
  }

const unread: Ask = async (asking) => {
  const { model, pick } = asking.world
  const chapterId = pick([...model.chapters.keys()])
  const { status, text } = await get(asking, `/api/v1/understanding?chapter=${chapterId}`)
  if (asking.person.isDisabled) return { text, wrong: statusIs(asking, status) }
  const expected = roleInChapter(model, asking, chapterId) ? 200 : 404
  return { text, wrong: unless(status === expected, `status ${status}`) }
}

/** Every job is of a document: who sees none has none to be told of, not even their number. */
const jobs: Ask = async (asking) => {
  const stats = await get<Record<string, number>>(asking, '/api/v1/jobs/stats')
  if (stats.status !== 200) return { text: stats.text, wrong: statusIs(asking, stats.status) }
  const { text, body } = await get<Listed>(asking, '/api/v1/jobs?limit=200')
  const seesNone = seenBy(asking.world.model, asking).length === 0
  // How long the oldest of all waits is told to everybody: it is how busy the box is.
  const { oldest_ready_ms: _, ...counts } = stats.body
  const counted = Object.values(counts).reduce((sum, count) => sum + count, 0)
  const wrong = unless(!seesNone || (counted === 0 && body.items.length === 0), 'the jobs')
  return { text: stats.text + text, wrong }
}

const check: Ask = async (asking) => {
  const { model, pick } = asking.world
  const content = pick(model.contents)
  const { status, text } = await asking.world.ask('POST', '/api/v1/assets/check-by-hash', {
    token: asking.token,
    json: { sha256: content.digest },
  })
  if (status !== 200) return { text, wrong: statusIs(asking, status) }
  const body = JSON.parse(text) as { exists: boolean; document_ids: string[] }
  const expected = findableBy(model, asking)
    .filter((each) => currentOf(each) === content)
    .map(({ id }) => id)
  return { text, wrong: unless(same(body.document_ids, expected), 'what is known of a hash') }
}

const subjects: Ask = async (asking) => {
  const { status, text } = await get(asking, '/api/v1/subjects?q=')
  const { model } = asking.world
  const places = [...model.chapters.keys()].map((id) => roleInChapter(model, asking, id))
  const books_ = [...model.books.keys()].map((bookId) => roleOf(model, asking, { bookId }))
  const may = [...places, ...books_].includes('admin')
  const expected = asking.person.isDisabled ? 401 : may ? 200 : 403
  return { text, wrong: unless(status === expected, `status ${status}`) }
}

const QUERIES: readonly [kind: string, times: number, ask: Ask][] = [
  ['search', 50, search],
  ['books', 5, books],
  ['list', 8, list],
  ['document', 6, details],
  ['versions', 3, versions],
  ['text', 4, words],
  ['preview', 5, preview],
  ['near', 5, near],
  ['folders', 2, folders],
  ['jobs', 2, jobs],
  ['hash', 4, check],
  ['subjects', 2, subjects],
  ['unread', 2, unread],
  ['uploads', 1, looked('/api/v1/uploads')],
]

const DRAWN = QUERIES.flatMap(([kind, times, ask]) =>
  Array.from({ length: times }, () => [kind, ask] as const),
)

/** What is asked right after somebody lost sight of a document. */
const ABOUT_IT = [
  ['search', search],
  ['document', details],
] as const
