import { type Connection, openConnection } from './connection.ts'
import { failure, isOfServer } from './failure.ts'
import type { LdapOptions } from './options.ts'

/** The servers of one directory: the one that answered last is asked first. */
export interface Servers {
  /**
   * Runs `work` on a connection that is bound as the service account, or as nobody yet with `as`
   * `nobody`; on the next server when one fails. All of it ends after `withinMs`. When all fail, what
   * the first one said is thrown. The connection is closed, unless `isKept` says of what came of it that
   * it is still needed.
   */
  with<T>(
    work: (connection: Connection) => Promise<T>,
    limits: { withinMs: number; as?: 'nobody'; isKept?: (result: T) => boolean },
  ): Promise<T>
}

export function ldapServers(options: LdapOptions): Servers {
  let first = 0
  return {
    async with(work, { withinMs, as, isKept }) {
      const until = performance.now() + withinMs
      let failed: Error | undefined
      for (let turn = 0; turn < options.urls.length; turn++) {
        const at = (first + turn) % options.urls.length
        // Whoever is silent leaves time for the others.
        const leftMs = Math.round((until - performance.now()) / (options.urls.length - turn))
        if (leftMs <= 0) break
        try {
          const result = await once(options.urls[at] ?? '', options, { work, leftMs, as, isKept })
          first = at
          return result
        } catch (cause) {
          if (!isOfServer(cause)) throw cause
          failed ??= cause
        }
      }
      throw failed ?? failure('DIRECTORY_UNREACHABLE')
    },
  }
}

async function once<T>(
  server: string,
  options: LdapOptions,
  {
    work,
    leftMs,
    as,
    isKept,
  }: {
    work: (connection: Connection) => Promise<T>
    leftMs: number
    as: 'nobody' | undefined
    isKept: ((result: T) => boolean) | undefined
  },
): Promise<T> {
  const timeoutMs = Math.min(options.timeoutMs, leftMs)
  const connection = await openConnection(server, { ...options, timeoutMs })
  // What is under way fails with the line.
  const deadline = setTimeout(() => connection.close(), leftMs)
  try {
    if (as !== 'nobody') await bindService(connection, options)
    const result = await work(connection)
    if (!isKept?.(result)) connection.close()
    return result
  } catch (cause) {
    connection.close()
    throw cause
  } finally {
    clearTimeout(deadline)
  }
}

/** @throws AppError `unavailable` (reason `DIRECTORY_BIND`) */
export async function bindService(
  connection: Pick<Connection, 'bind'>,
  { bindDn, bindPassword }: Pick<LdapOptions, 'bindDn' | 'bindPassword'>,
): Promise<void> {
  if (bindDn === undefined) return
  // Without a password a server may take the bind for one of nobody's, and call it a success.
  if (!bindPassword?.trim()) throw failure('DIRECTORY_BIND')
  if (!(await connection.bind(bindDn, bindPassword))) {
    throw failure('DIRECTORY_BIND', new Error(`${bindDn} is refused.`))
  }
}
