import { once } from 'node:events'
import type { Command } from 'commander'
import { loadConfig } from '../../config/load.ts'
import { readOnlyOf } from '../../config/wire.ts'
import { holdAsDoor } from '../instance-lock.ts'

/** The doors, in the order in which they are started. Each module runs when it is loaded. */
const DOORS = {
  server: {
    description: 'Run the server: web page and API.',
    run: () => import('../../server/main.ts'),
  },
  worker: {
    description: 'Run the worker: reads, embeds and indexes files.',
    run: () => import('../../worker/main.ts'),
  },
  watcher: {
    description: 'Run the watcher: takes in files of the watched shares.',
    run: () => import('../../watcher/main.ts'),
  },
}

export const doorNames = Object.keys(DOORS)

/**
 * Flags for Node itself, beside those of all doors. A scan of half a million files keeps none of them,
 * but V8 lets the garbage grow if it may. The unit of systemd has the same.
 */
export const nodeFlags: Readonly<Record<string, readonly string[]>> = {
  watcher: ['--max-semi-space-size=2', '--max-old-space-size=256'],
}

/**
 * Environment of a door that Node reads before any of our code: how many files the watcher reads,
 * writes and syncs beside each other. The unit of systemd has the same.
 */
export const nodeEnv: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  watcher: { UV_THREADPOOL_SIZE: '16' },
}

export function addDoors(program: Command): void {
  for (const [name, { description, run }] of Object.entries(DOORS)) {
    program
      .command(name)
      .description(description)
      .action(async () => {
        const config = loadConfig()
        const lock = await holdAsDoor(config.dataDir)
        process.once('exit', () => lock.release())
        stopWithSupervisor()
        const readOnly = name === 'server' ? undefined : readOnlyOf(config)
        if (readOnly === undefined) await run()
        else await standBy(name, readOnly)
      })
  }
}

/** A box that only reads has nothing to do for worker and watcher: they wait until they are stopped. */
async function standBy(name: string, why: string): Promise<void> {
  console.error(`onefold: the ${name} waits, as the box only reads. ${why}`)
  const alive = setInterval(() => {}, 2 ** 30)
  await Promise.race([once(process, 'SIGTERM'), once(process, 'SIGINT')])
  clearInterval(alive)
}

/** A door whose supervisor was killed stops as if it had been told to. */
function stopWithSupervisor(): void {
  if (!process.channel) return
  process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'))
  process.channel.unref()
}
