import { once } from 'node:events'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { sandboxOf } from '../config/readers.ts'
import type { Config } from '../config/schema.ts'
import { FAILED_DISK, readOnlyOf } from '../config/wire.ts'
import { AppError, hasSystemCode } from '../core/errors.ts'
import { doorNames, nodeEnv, nodeFlags } from './command/door.ts'
import { holdAlone } from './instance-lock.ts'
import { readableLine } from './log-line.ts'
import { type Prepared, prepare } from './prepare.ts'
import { supervise } from './supervisor.ts'

export interface RunAllOptions {
  /** Log lines to be read by people instead of collected. */
  forPeople: boolean
  onReady(url: string, prepared: Prepared): void
}

const ONEFOLD = join(import.meta.dirname, 'onefold.ts')
const READY_POLL_MS = 100
/** A box that may not write is opened as it is. */
const NOTHING: Prepared = { migrations: [], recovered: 0 }
const WAY_BACK =
  'When the disk is sound again: onefold verify, then onefold doctor --clear-read-only, then start it again.'

/**
 * What each door's Node is told; also in the units of systemd. Left alone, the part of the heap for
 * young objects grows to 134 MB under load and is not given back; with this, to 17 (measured).
 */
const NODE_FLAGS = ['--max-semi-space-size=8']

/**
 * Prepares the data folder, then keeps the three doors running until SIGTERM or SIGINT. Resolves
 * when all of them have stopped.
 *
 * @throws AppError `conflict` (reason `ALREADY_RUNNING`, `PORT_TAKEN`), `unavailable` (reason
 *   `NO_SANDBOX`)
 */
export async function runAll(config: Config, options: RunAllOptions): Promise<void> {
  const stopping = stopSignal()
  const lock = await holdAlone(config.dataDir)
  const port = await freePort(config)
  await sandboxOf(config)
  const why = readOnlyOf(config)
  const prepared = why === undefined ? await prepare(config) : NOTHING
  lock.admitDoors()

  const write = options.forPeople
    ? (door: string, line: string) => console.log(readableLine(door, line))
    : (_door: string, line: string) => console.log(line)
  const env: Record<string, string> = { ONEFOLD_PORT: String(port) }
  const doors = supervise(
    doorNames.map((name) => ({
      name,
      args: [...NODE_FLAGS, ...(nodeFlags[name] ?? []), ONEFOLD, name],
      // What changes meanwhile holds for the next start.
      get env() {
        return { ...env, ...nodeEnv[name] }
      },
    })),
    {
      onLine: write,
      onDeath: (door, cause, restartInMs) =>
        console.error(`onefold: ${door} ended (${cause}); it starts again in ${restartInMs} ms`),
      onExit(_door, code) {
        if (code !== FAILED_DISK || env.ONEFOLD_READ_ONLY === 'on') return
        console.error(`onefold: the disk failed; the box only reads from now on. ${WAY_BACK}`)
        env.ONEFOLD_READ_ONLY = 'on'
        doors.restart()
      },
    },
  )
  const url = `http://${authority(reachable(config.host), port)}`
  if (why !== undefined) console.error(`onefold: the box only reads. ${why} ${WAY_BACK}`)
  const isUp = await isReady(`${url}/${why === undefined ? 'readyz' : 'healthz'}`, stopping)
  if (isUp) options.onReady(url, prepared)
  if (!stopping.aborted) await once(stopping, 'abort')
  await doors.stop()
  lock.release()
}

/** Aborts with the first signal to stop; further ones change nothing. */
function stopSignal(): AbortSignal {
  const controller = new AbortController()
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
    process.on(signal, () => controller.abort())
  }
  return controller.signal
}

/** The port the server will take: the one asked for, or a free one for 0. */
async function freePort({ host, port }: Config): Promise<number> {
  const probe = createServer()
  try {
    probe.listen(port, host)
    await once(probe, 'listening')
  } catch (cause) {
    if (!hasSystemCode(cause, 'EADDRINUSE')) throw cause
    throw new AppError(
      'conflict',
      `Port ${port} of ${host} is taken by another program. Stop that one, or choose another with ONEFOLD_PORT.`,
      { reason: 'PORT_TAKEN', cause },
    )
  }
  const address = probe.address()
  probe.close()
  await once(probe, 'close')
  return address instanceof Object ? address.port : port
}

/** Asks until the answer is that all is well. False when told to stop before. */
async function isReady(url: string, stopping: AbortSignal): Promise<boolean> {
  while (!stopping.aborted) {
    try {
      const { ok } = await fetch(url, { signal: stopping })
      if (ok) return true
    } catch {
      // Not listening yet; the log of the server says if it never will.
    }
    await sleep(READY_POLL_MS)
  }
  return false
}

/** An address that stands for all of them is reached through the machine's own. */
const reachable = (host: string) =>
  host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host

const authority = (host: string, port: number) =>
  host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
