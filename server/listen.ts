import type { Server } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { serve } from '@hono/node-server'
import { AppError, hasSystemCode } from '../core/errors.ts'
import type { App } from './app.ts'

/** A connection on which nothing moves in either direction for this long is closed. */
const SILENT_MS = 10 * 60_000
const HEADERS_MS = 60_000
/**
 * How long a connection waits for its next request. Longer than proxies and clients keep theirs: who
 * closes first must be the one who asks, or a request meets a connection that is just being closed.
 */
const KEEP_MS = 75_000

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
        serverOptions: {
          requestTimeout: 0,
          headersTimeout: HEADERS_MS,
          keepAliveTimeout: KEEP_MS,
        },
      },
      (address) => {
        const requestTimeoutMs = server.requestTimeout
        resolve({
          address,
          requestTimeoutMs,
          close: (graceMs) => close(app, { server, idle }, graceMs),
        })
      },
    ) as Server
    const idle = idleSockets(server)
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

/**
 * Keeps an eye on who is being answered. Node's own closing of idle connections leaves out those that
 * never asked anything, and browsers open some in advance.
 *
 * @returns what ends all connections without a running request, now and from now on
 */
function idleSockets(server: Server): { end(): void } {
  const idle = new Set<Socket>()
  let isEnding = false
  server.on('connection', (socket) => {
    idle.add(socket)
    socket.once('close', () => idle.delete(socket))
  })
  server.on('request', ({ socket }, response) => {
    idle.delete(socket)
    response.once('close', () => {
      if (isEnding) socket.destroySoon()
      else if (!socket.destroyed) idle.add(socket)
    })
  })
  return {
    end() {
      isEnding = true
      for (const socket of idle) socket.destroy()
    },
  }
}

async function close(
  app: App,
  { server, idle }: { server: Server; idle: { end(): void } },
  graceMs = 10_000,
): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()))
  await app.shut()
  idle.end()
  const hard = setTimeout(() => server.closeAllConnections(), graceMs)
  await closed
  clearTimeout(hard)
}
