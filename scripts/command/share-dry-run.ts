import type { Command } from 'commander'
import { AppError } from '../../core/errors.ts'
import type { DryRun, Ports } from '../../core/ports/index.ts'
import { lastDryRun, orderShare } from '../../core/share/order-share.ts'
import { operator } from '../operator.ts'
import { shareNamed } from './named.ts'
import { bytes, print, progressLine, table } from './output.ts'
import { withPorts } from './with-ports.ts'

/** A running watcher takes orders every 2 seconds, and a large share takes a while to look at. */
const PATIENCE_MS = 120_000
const LOOK_EVERY_MS = 300

export function addDryRun(share: Command): void {
  share
    .command('dry-run')
    .description('Say what a scan would take, change and miss, without doing it.')
    .argument('<share>', 'its folder, name or id')
    .action(dryRun)
}

async function dryRun(name: string, _options: object, command: Command): Promise<void> {
  const report = await withPorts(async (ports) => {
    const { id } = await shareNamed(ports, name)
    const access = await operator(ports)
    const before = await lastDryRun(ports, access, id)
    await orderShare(ports, access, { id, what: 'dry_run' })
    return awaitReport(ports, id, before.report?.finishedAt ?? 0)
  })
  print(command, report, () => textOf(report))
}

/** @throws AppError `unavailable` (reason `NO_WATCHER`) when nobody answers */
async function awaitReport(
  { catalog, clock }: Pick<Ports, 'catalog' | 'clock'>,
  id: string,
  afterMs: number,
): Promise<DryRun> {
  const line = progressLine('Waiting for the watcher')
  const startedMs = clock.monotonic()
  try {
    for (let waitedMs = 0; waitedMs < PATIENCE_MS; waitedMs = clock.monotonic() - startedMs) {
      const report = await catalog.shares.dryRun(id)
      if (report && report.finishedAt > afterMs) return report
      line.update(`${Math.round(waitedMs / 1000)} s`)
      await clock.sleep(LOOK_EVERY_MS)
    }
  } finally {
    line.end()
  }
  throw new AppError('unavailable', 'No watcher answered. Start Onefold, or: onefold watcher', {
    reason: 'NO_WATCHER',
  })
}

function textOf({ counts, bytes: size, items, problem, tookMs }: DryRun): string {
  const sums = Object.entries(counts).map(([kind, count]) => `${count} ${kind}`)
  const head = `${sums.join(', ')}; ${bytes(size)} to read. Looked at in ${tookMs} ms.`
  const rows = items.map((item) => [
    item.kind,
    bytes(item.sizeBytes),
    item.path,
    item.message ?? '',
  ])
  return [
    ...(problem === undefined ? [] : [problem]),
    head,
    ...(rows.length === 0 ? [] : [table(['WHAT', 'SIZE', 'PATH', ''], rows)]),
  ].join('\n')
}
