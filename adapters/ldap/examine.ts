import type { DirectoryPerson, Examination } from '../../core/ports/index.ts'
import { type Connection, overLine } from './connection.ts'
import { addressOf, protect, reach } from './dial.ts'
import { failure, failureOf } from './failure.ts'
import type { LdapOptions } from './options.ts'
import { isName, personNamed, withGroups } from './people.ts'
import { type Schema, schemaOf } from './schema.ts'
import { bindService } from './servers.ts'

const STEPS = ['reach', 'tls', 'bind', 'base', 'people', 'groups', 'person'] as const

/** Most entries that are counted; whether there are any is the question. */
const ENOUGH = 1_000

/** Tries the first server that answers, step by step, up to the first one that fails. */
export async function examine(
  options: LdapOptions,
  name?: string,
): Promise<{ steps: Examination[]; person?: DirectoryPerson }> {
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
      const { message: advice, reason = 'DIRECTORY_UNREACHABLE' } = failureOf(cause)
      steps.push({ step, state: 'failed', tookMs: tookMs(), found: told(cause), reason, advice })
      throw STOP
    }
  }
  let connection: Connection | undefined
  try {
    connection = await opened(options, attempt)
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
  const reached = await attempt('reach', async () => {
    const silent: string[] = []
    for (const server of options.urls) {
      try {
        const value = { server, socket: await reach(server, options) }
        return { found: [`${nameOf(server)}`, ...silent].join('; '), value }
      } catch (cause) {
        silent.push(`${nameOf(server)}: ${told(cause)}`)
      }
    }
    throw failure('DIRECTORY_UNREACHABLE', new Error(silent.join('; ')))
  })
  const { server, socket } = reached
  try {
    const line = await attempt('tls', async () => {
      const value = await protect(socket, server, options)
      return { found: value.protection, value }
    })
    const connection = overLine(line, server, options)
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
    return { found: value.base, value }
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

/** @throws AppError `unavailable` (reason `DIRECTORY_EMPTY`) */
async function counted(
  connection: Connection,
  base: string,
  filter: Schema['person'],
): Promise<string> {
  const entries = await connection.search(base, { filter, attributes: ['1.1'], atMost: ENOUGH })
  if (entries.length === 0) throw failure('DIRECTORY_EMPTY')
  return entries.length < ENOUGH ? String(entries.length) : `${ENOUGH}+`
}

async function resolved(
  connection: Connection,
  schema: Schema,
  { name, attempt }: { name: string | undefined; attempt: Attempt },
): Promise<DirectoryPerson | undefined> {
  if (name === undefined || !isName(name)) return undefined
  return attempt('person', async () => {
    const entry = await personNamed(connection, schema, name)
    if (!entry) throw failure('DIRECTORY_EMPTY', new Error('There is no such person.'))
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
  return inner instanceof Error ? (inner.message.split('\n')[0]?.trim().slice(0, 300) ?? '') : ''
}
