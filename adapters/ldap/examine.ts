import type { DirectoryPerson, Examination } from '../../core/ports/index.ts'
import { type Connection, overLine } from './connection.ts'
import { addressOf, protect, reach } from './dial.ts'
import { failure, resultCode } from './failure.ts'
import { adviceOf, SEVERAL } from './hint.ts'
import { isAskedAsPeople, type LdapOptions } from './options.ts'
import { byTypedName, isName, peopleNamed, withGroups } from './people.ts'
import { anything, type Schema, schemaOf } from './schema.ts'
import { bindService } from './servers.ts'

const STEPS = ['reach', 'tls', 'bind', 'base', 'people', 'groups', 'person'] as const

/** Most entries that are counted; whether there are any is the question. */
const ENOUGH = 1_000

interface Found {
  steps: Examination[]
  person?: DirectoryPerson
}

/** Tries every server, step by step, up to the first step that fails there. */
export async function examine(options: LdapOptions, name?: string): Promise<Found> {
  const tries = await Promise.all(
    options.urls.map(async (server) => ({
      server,
      ...(await examineOne({ ...options, urls: [server] }, name)),
    })),
  )
  const person = tries.find((each) => each.person)?.person
  const stepOf = (step: Examination['step']) =>
    together(tries.flatMap(({ server, steps }) => ofServer(server, steps, step)))
  return { steps: STEPS.map(stepOf), ...(person && { person }) }
}

const ofServer = (server: string, steps: readonly Examination[], step: Examination['step']) =>
  steps.filter((each) => each.step === step).map((each) => ({ server, step: each }))

/** One step at all servers: it is good where it was tried and failed at none. */
function together(all: readonly { server: string; step: Examination }[]): Examination {
  const tried = all.filter(({ step }) => step.state !== 'skipped')
  const [first = all[0]] = [...tried.filter(({ step }) => step.state === 'failed'), ...tried]
  if (!first) throw new Error('a directory without servers')
  const texts = new Set(tried.map(({ step }) => step.found))
  const isNamed = first.step.step === 'reach'
  const each = tried.map(({ server, step }) =>
    isNamed ? step.found : `${nameOf(server)}: ${step.found}`,
  )
  return {
    ...first.step,
    tookMs: Math.max(...all.map(({ step }) => step.tookMs)),
    found: texts.size === 1 && all.length === tried.length ? first.step.found : each.join('; '),
  }
}

async function examineOne(options: LdapOptions, name?: string): Promise<Found> {
  const steps: Examination[] = []
  const attempt = async <T>(
    step: Examination['step'],
    work: () => Promise<{ found: string; value: T }>,
  ): Promise<T> => {
    const from = performance.now()
    const tookMs = () => Math.round(performance.now() - from)
    try {
      const { found, value } = await work()
      steps.push({ step, state: 'ok', tookMs: tookMs(), found })
      return value
    } catch (cause) {
      const found = told(cause)
      steps.push({ step, state: 'failed', tookMs: tookMs(), found, ...adviceOf(step, cause) })
      throw STOP
    }
  }
  let connection: Connection | undefined
  try {
    connection = await opened(options, attempt)
    // Whoever signs in asks for themselves; nobody else is let in here.
    if (isAskedAsPeople(options)) return { steps: withSkipped(steps) }
    const schema = await looked(connection, options, attempt)
    const person = await resolved(connection, schema, { name, attempt })
    return { steps: withSkipped(steps), ...(person && { person }) }
  } catch (cause) {
    if (cause !== STOP) throw cause
    return { steps: withSkipped(steps) }
  } finally {
    connection?.close()
  }
}

/** Thrown past the steps that are left, once one has failed and is written down. */
const STOP = new Error('a step failed')

type Attempt = <T>(
  step: Examination['step'],
  work: () => Promise<{ found: string; value: T }>,
) => Promise<T>

async function opened(options: LdapOptions, attempt: Attempt): Promise<Connection> {
  const [server = ''] = options.urls
  const socket = await attempt('reach', async () => {
    try {
      return { found: nameOf(server), value: await reach(server, options) }
    } catch (cause) {
      const inner = cause instanceof Error ? cause.cause : cause
      const code = inner instanceof Error && 'code' in inner && { code: inner.code }
      const silent = new Error(`${nameOf(server)}: ${told(cause)}`)
      throw failure('DIRECTORY_UNREACHABLE', Object.assign(silent, code))
    }
  })
  try {
    const line = await attempt('tls', async () => {
      const value = await protect(socket, server, options)
      return { found: value.protection, value }
    })
    const connection = overLine(line, server, options)
    if (isAskedAsPeople(options)) return connection
    await attempt('bind', async () => {
      await bindService(connection, options)
      return { found: options.bindDn ?? 'anonymous', value: undefined }
    })
    return connection
  } catch (cause) {
    socket.destroy()
    throw cause
  }
}

async function looked(
  connection: Connection,
  options: LdapOptions,
  attempt: Attempt,
): Promise<Schema> {
  const schema = await attempt('base', async () => {
    const value = await schemaOf(connection, options)
    await there(connection, value.base)
    return { found: `${value.base} (${value.presetName})`, value }
  })
  await attempt('people', async () => ({
    found: await counted(connection, schema.peopleBase, schema.person),
    value: undefined,
  }))
  await attempt('groups', async () => ({
    found: await counted(connection, schema.groupsBase, schema.group),
    value: undefined,
  }))
  return schema
}

/** @throws AppError `unavailable` (reason `DIRECTORY_BASE`) when nothing is shown at this very place */
async function there(connection: Connection, base: string): Promise<void> {
  const found = await connection.search(base, {
    scope: 'base',
    filter: anything(),
    attributes: ['1.1'],
  })
  if (found.length === 0) throw failure('DIRECTORY_BASE', new Error(`Nothing is seen at ${base}.`))
}

/** @throws AppError `unavailable` (reason `DIRECTORY_EMPTY`) */
async function counted(
  connection: Connection,
  base: string,
  filter: Schema['person'],
): Promise<string> {
  await there(connection, base)
  const entries = await connection.search(base, { filter, attributes: ['1.1'], atMost: ENOUGH })
  if (entries.length === 0) {
    throw failure('DIRECTORY_EMPTY', new Error(`0 below ${base} with ${filter.toString()}`))
  }
  return entries.length < ENOUGH ? String(entries.length) : `${ENOUGH}+`
}

async function resolved(
  connection: Connection,
  schema: Schema,
  { name, attempt }: { name: string | undefined; attempt: Attempt },
): Promise<DirectoryPerson | undefined> {
  if (name === undefined || !isName(name)) return undefined
  return attempt('person', async () => {
    const [entry, ...others] = await peopleNamed(connection, schema, name)
    if (!entry) {
      const filter = byTypedName(schema, name).toString()
      throw failure('DIRECTORY_EMPTY', new Error(`0 below ${schema.peopleBase} with ${filter}`))
    }
    if (others.length > 0) {
      const names = [entry, ...others].map(({ dn }) => dn).join('; ')
      const several = new Error(`${others.length + 1} entries have this name: ${names}`)
      throw failure('DIRECTORY_EMPTY', Object.assign(several, { code: SEVERAL }))
    }
    return { found: entry.dn, value: await withGroups(connection, schema, entry) }
  })
}

const withSkipped = (steps: readonly Examination[]): Examination[] =>
  STEPS.map(
    (step) =>
      steps.find((each) => each.step === step) ?? { step, state: 'skipped', tookMs: 0, found: '' },
  )

const nameOf = (server: string): string => {
  const { host, port } = addressOf(server)
  return `${host}:${port}`
}

/** What the system or the server said, without what we say of it. */
function told(cause: unknown): string {
  const inner = cause instanceof Error && cause.cause instanceof Error ? cause.cause : cause
  const code = resultCode(inner)
  if (code === 32) return 'The directory knows no such place.'
  if (code === 34) return 'The directory says that this is no distinguished name.'
  return inner instanceof Error ? (inner.message.split('\n')[0]?.trim().slice(0, 300) ?? '') : ''
}
