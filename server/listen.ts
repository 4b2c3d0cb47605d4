import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { serve } from '@hono/node-server'
import { AppError, hasSystemCode } from '../core/errors.ts'
import type { App } from './app.ts'

/** A connection on which nothing moves in either direction for this long is closed. */
const SILENT_MS = 10 * 60_000
const HEADERS_MS = 60_000

export interface Listening {
  address: AddressInfo
  /** Node's own limit on how long a request may take, in milliseconds; 0 for none. */
  requestTimeoutMs: number
  /** Takes no new connections, ends live streams, and waits up to `graceMs` for running requests. */
  close(graceMs?: number): Promise<void>
}

/**
 * Serves the app on a socket. There is no limit on how long a request may take: Node's own (five
 * minutes) cuts uploads that still flow. Silence is limited instead.
 *
 * @throws AppError `unavailable` (reason `PORT_TAKEN`)
 */
export function listen(app: App, where: { host: string; port: number }): Promise<Listening> {
  return new Promise((resolve, reject) => {
    const server = serve(
      {
        fetch: app.fetch,
        hostname: where.host,
        port: where.port,
        serverOptions: { requestTimeout: 0, headersTimeout: HEADERS_MS },
      },
      (address) => {
        const requestTimeoutMs = server.requestTimeout
        resolve({ address, requestTimeoutMs, close: (graceMs) => close(app, server, graceMs) })
      },
    ) as Server
    server.setTimeout(SILENT_MS)
    server.once('error', (cause) => reject(isTaken(cause) ? taken(where, cause) : cause))
  })
}

const isTaken = (cause: unknown) => hasSystemCode(cause, 'EADDRINUSE')

const taken = ({ host, port }: { host: string; port: number }, cause: unknown) =>
  new AppError(
    'unavailable',
    `${host}:${port} is in use. Stop what listens there, or choose another port (ONEFOLD_PORT).`,
    { cause, reason: 'PORT_TAKEN' },
  )

async function close(app: App, server: Server, graceMs = 10_000): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()))
  await app.shut()
  server.closeIdleConnections()
  const hard = setTimeout(() => server.closeAllConnections(), graceMs)
  await closed
  clearTimeout(hard)
}
