import type { Command } from 'commander'
import type { Config } from '../../config/schema.ts'
import type { Wired } from '../../config/wire.ts'
import { AppError } from '../../core/errors.ts'
import type { CopyFigures, Provider } from '../../core/ports/index.ts'
import type { CopyCount } from '../../core/replica/copy-all.ts'
import { bytes, print, progressLine, table, time } from './output.ts'
import { withPorts } from './with-ports.ts'

const DAY_MS = 24 * 60 * 60_000

type Ports = Wired['ports']

export function addProvider(program: Command): void {
  const provider = program
    .command('provider')
    .description('Look after the further stores to which contents are copied.')
  provider
    .command('list')
    .description('Show every store of the configuration, and how far its copies are.')
    .action(runList)
  provider
    .command('sync')
    .argument('[name]', 'one store, instead of all')
    .description('Copy now what is not copied yet, failed copies included.')
    .action((name: string | undefined, _options: object, command: Command) =>
      runCopies(command, name, async ({ catalog, clock }, store) => {
        await catalog.copies.retry(store, clock.now())
      }),
    )
  provider
    .command('verify')
    .argument('[name]', 'one store, instead of all')
    .description('Read every copy back and hash it, and make the bad ones again.')
    .action((name: string | undefined, _options: object, command: Command) =>
      runCopies(command, name, async ({ catalog, clock }, store) => {
        await catalog.copies.recheck(store, clock.now())
      }),
    )
  provider
    .command('restore')
    .description('Fetch contents that are damaged here from a store that has them.')
    .action(runRestore)
}

async function runList(_options: object, command: Command): Promise<void> {
  const stores = await withPorts(async ({ catalog, providers }) => {
    const figures = await catalog.copies.figures()
    return Promise.all(
      providers.map(async (provider) => {
        const known = figures.find((each) => each.provider === provider.name)
        const { provider: name, ...rest } = known ?? { ...NO_FIGURES, provider: provider.name }
        return { name, kind: provider.kind, state: await stateOf(provider), ...rest }
      }),
    )
  })
  print(command, { items: stores }, () =>
    stores.length === 0
      ? 'There is no further store in the configuration.'
      : table(
          ['STORE', 'KIND', 'STATE', 'COPIES', 'SIZE', 'WAITING', 'FAILED', 'LAST VERIFIED'],
          stores.map((store) => [
            store.name,
            store.kind,
            store.state,
            String(store.stored),
            bytes(store.storedBytes),
            String(store.waiting),
            String(store.failed),
            time(store.lastVerifiedAt),
          ]),
        ),
  )
}

/** Of a store that no worker has begun with. */
const NO_FIGURES: CopyFigures = {
  provider: '',
  waiting: 0,
  stored: 0,
  failed: 0,
  storedBytes: 0,
  waitingBytes: 0,
}

const stateOf = (provider: Provider): Promise<string> =>
  provider.check().then(
    () => 'ok',
    (cause: unknown) => (cause instanceof Error ? cause.message : String(cause)),
  )

/** Prepares what is to be done at each store, and does it. Safe beside a worker that does the same. */
async function runCopies(
  command: Command,
  name: string | undefined,
  prepare: (ports: Ports, store: string) => Promise<void>,
): Promise<void> {
  const { copyAll } = await import('../../core/replica/copy-all.ts')
  const { queueAll } = await import('../../core/replica/queue-all.ts')
  const line = progressLine('copies')
  const { signal } = new AbortController()
  const items = await withPorts(async (ports, config) => {
    const stores = storesNamed(ports.providers, name)
    const counts: (CopyCount & { name: string })[] = []
    for (const store of stores) {
      await queueAll(ports, store.name, signal)
      await prepare(ports, store.name)
      const options = { ...optionsOf(config), signal }
      const count = await copyAll(ports, store, options, ({ good, failed }) =>
        line.update(`${store.name}, ${good} good, ${failed} failed`),
      )
      counts.push({ name: store.name, ...count })
    }
    return counts
  })
  line.end()
  const isWell = items.every(({ failed }) => failed === 0)
  print(command, { ok: isWell, items }, () =>
    table(
      ['STORE', 'GOOD', 'FAILED'],
      items.map((each) => [each.name, String(each.good), String(each.failed)]),
    ),
  )
  if (!isWell) process.exitCode = 1
}

const optionsOf = ({ provider, job }: Config) => ({
  lanes: provider.lanes,
  leaseMs: job.leaseMs,
  recheckMs: provider.recheckDays * DAY_MS,
})

function storesNamed(providers: readonly Provider[], name: string | undefined) {
  if (name === undefined) return providers
  const found = providers.filter((each) => each.name === name)
  if (found.length > 0) return found
  throw new AppError('not_found', `There is no store "${name}" in the configuration.`)
}

async function runRestore(_options: object, command: Command): Promise<void> {
  const { restoreAll } = await import('../../core/replica/restore-all.ts')
  const result = await withPorts((ports) => restoreAll(ports))
  print(command, result, () => restoredWords(result))
  if (result.lost > 0) process.exitCode = 1
}

export const restoredWords = ({ restored, lost }: { restored: number; lost: number }): string =>
  `${restored} damaged contents restored, ${lost} could not be.`
