import { connect as connectTcp, isIP, type Socket } from 'node:net'
import { connect as connectTls, type TLSSocket } from 'node:tls'
import { AppError } from '../../core/errors.ts'
import { failure, failureOf } from './failure.ts'
import type { LdapOptions } from './options.ts'
import { askForTls } from './start-tls.ts'

/** A way to a server over which secrets may be sent. */
export interface Line {
  socket: Socket
  /** What protects it: protocol and whose certificate, or that nothing does. */
  protection: string
}

type Dialled = Pick<LdapOptions, 'ca' | 'isClearTextAllowed' | 'timeoutMs'>

/**
 * Reaches one server. Nothing but the wish for TLS is sent before its certificate was verified.
 *
 * @throws AppError `unavailable`, reasons `DIRECTORY_UNREACHABLE`, `DIRECTORY_TLS`,
 * `DIRECTORY_CLEAR_TEXT`
 */
export async function dial(server: string, options: Dialled): Promise<Line> {
  const socket = await reach(server, options)
  try {
    return await protect(socket, server, options)
  } catch (cause) {
    socket.destroy()
    throw cause
  }
}

/** @throws AppError `unavailable` (reason `DIRECTORY_UNREACHABLE`) */
export async function reach(
  server: string,
  { timeoutMs }: Pick<Dialled, 'timeoutMs'>,
): Promise<Socket> {
  const { host, port } = addressOf(server)
  const socket = connectTcp({ host, port, noDelay: true })
  try {
    await settled(socket, 'connect', timeoutMs)
    return socket
  } catch (cause) {
    socket.destroy()
    throw failure('DIRECTORY_UNREACHABLE', cause)
  }
}

/** Puts TLS around a line that was reached; clear text only where it is allowed and stays here. */
export async function protect(socket: Socket, server: string, options: Dialled): Promise<Line> {
  const { host, isTls } = addressOf(server)
  if (!isTls && options.isClearTextAllowed) {
    if (!isLoopback(host, socket)) throw failure('DIRECTORY_CLEAR_TEXT')
    return { socket, protection: 'clear text on this machine' }
  }
  try {
    if (!isTls) await askForTls(socket, options.timeoutMs)
    return await secured(socket, host, options)
  } catch (cause) {
    throw cause instanceof AppError ? failureOf(cause) : failure('DIRECTORY_TLS', cause)
  }
}

export function addressOf(server: string): { host: string; port: number; isTls: boolean } {
  const url = new URL(server)
  const isTls = url.protocol === 'ldaps:'
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1')
  return { host, isTls, port: Number(url.port) || (isTls ? 636 : 389) }
}

async function secured(socket: Socket, host: string, { ca, timeoutMs }: Dialled): Promise<Line> {
  const secure = connectTls({
    socket,
    host,
    ...(isIP(host) === 0 && { servername: host }),
    ...(ca !== undefined && { ca }),
    minVersion: 'TLSv1.2',
    // Also where NODE_TLS_REJECT_UNAUTHORIZED says otherwise.
    rejectUnauthorized: true,
  })
  await settled(secure, 'secureConnect', timeoutMs)
  return { socket: secure, protection: protectionOf(secure) }
}

function protectionOf(secure: TLSSocket): string {
  const { subject, valid_to: until } = secure.getPeerCertificate()
  return `${secure.getProtocol()}, ${subject?.CN ?? 'no name'}, until ${until}`
}

/** Both by what was asked for and by what was reached: a name may lead anywhere. */
const isLoopback = (host: string, { remoteAddress = '' }: Socket): boolean =>
  /^(localhost|127\.\d+\.\d+\.\d+|::1)$/.test(host) &&
  /^(127\.|::1$|::ffff:127\.)/.test(remoteAddress)

/** Waits for an event of a socket, no longer than `timeoutMs`. Rejects with what went wrong. */
async function settled(socket: Socket, event: string, timeoutMs: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(
      () => socket.destroy(new Error(`No ${event} within ${timeoutMs} ms.`)),
      timeoutMs,
    )
    const done = () => {
      clearTimeout(timer)
      socket.off('error', failed).off('close', closed)
      resolve()
    }
    const failed = (cause: Error) => {
      clearTimeout(timer)
      reject(cause)
    }
    const closed = () => failed(new Error('The connection was closed.'))
    socket.once(event, done).once('error', failed).once('close', closed)
  })
  // Whoever uses it hears of errors through what it waits for.
  socket.on('error', () => {})
}
