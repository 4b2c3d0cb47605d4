import type { Command } from 'commander'
import type { WatchedShare } from '../../core/share/list-shares.ts'
import { timeOfDay } from '../../core/share/scan-window.ts'
import { operator } from '../operator.ts'
import { shareNamed } from './named.ts'
import { print, time } from './output.ts'
import { withPorts } from './with-ports.ts'

export function addShow(share: Command): void {
  share
    .command('show')
    .description('Show one share: its rules, and how it is.')
    .argument('<share>', 'its folder, name or id')
    .action(show)
}

async function show(name: string, _options: object, command: Command): Promise<void> {
  const { getShare } = await import('../../core/share/list-shares.ts')
  const share = await withPorts(async (ports) =>
    getShare(ports, await operator(ports), (await shareNamed(ports, name)).id),
  )
  print(command, share, () => textOf(share))
}

function textOf(share: WatchedShare): string {
  const rows = [...rulesOf(share), ...stateOf(share)]
  return rows.map(([name, value]) => `${name.padEnd(16)} ${value}`).join('\n')
}

const rulesOf = (share: WatchedShare): [string, string][] => [
  ['name', share.name],
  ['folder', share.path],
  ['mode', share.mode],
  ['mapping', share.mapping],
  ['include', share.include.join(' ') || 'everything'],
  ['exclude', share.exclude.join(' ') || 'nothing of its own'],
  ['on conflict', share.onConflict ?? 'as its chapter does'],
  ['archives', share.expandArchives ? 'expanded' : 'listed'],
  ['whole scans', scansOf(share)],
  ['watched', share.enabled ? 'yes' : 'paused'],
]

function scansOf({ scanEveryMs, scanWindow }: WatchedShare): string {
  const often = scanEveryMs === undefined ? 'as configured' : `every ${scanEveryMs / 60_000} min`
  if (!scanWindow) return often
  return `${often}, from ${timeOfDay(scanWindow.from)} to ${timeOfDay(scanWindow.to)}`
}

function stateOf({ status }: WatchedShare): [string, string][] {
  if (!status) return [['state', 'not looked at yet']]
  return [
    ['changes', status.mode === 'events' ? 'events' : `scans. ${status.modeReason ?? ''}`],
    ['last scan', `${time(status.lastScanAt)}, ${status.lastScanMs ?? '-'} ms`],
    ['seen', String(status.seen ?? '-')],
    ['stored', String(status.files)],
    ['moved to done', String(status.moved ?? 0)],
    ['waiting', String(status.pending)],
    ['failed', String(status.failed)],
    ['missing', String(status.missing)],
    ['found by scans', String(status.foundByScan ?? 0)],
    ['events lost', String(status.eventsLost ?? 0)],
    ...line(
      'frozen',
      status.frozenReason && `since ${time(status.frozenAt)}: ${status.frozenReason}`,
    ),
    ...line('error', status.error),
  ]
}

const line = (name: string, value: string | undefined): [string, string][] =>
  value ? [[name, value]] : []
