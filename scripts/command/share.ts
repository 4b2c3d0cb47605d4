import type { Command } from 'commander'
import type { ShareOrder } from '../../core/ports/index.ts'
import { operator } from '../operator.ts'
import { chapterNamed, shareNamed } from './named.ts'
import { print, table, time } from './output.ts'
import { addDryRun } from './share-dry-run.ts'
import { addProbe } from './share-probe.ts'
import { type RuleFlags, rulesOfFlags, withRuleFlags } from './share-rules.ts'
import { addShow } from './share-show.ts'
import { withPorts } from './with-ports.ts'

export function addShare(program: Command): void {
  const share = program.command('share').description('Folders of this machine that are watched.')
  share.command('list').description('List them, and how far each is.').action(list)
  addShow(share)
  withRuleFlags(
    share
      .command('add')
      .description('Watch a folder: what lies in it is stored, and stays where it is.')
      .argument('<folder>', 'its full path')
      .argument('<chapter>', 'where its files go: "Book/Chapter"')
      .option('--name <name>', 'as it is shown; without it, the name of the folder'),
  ).action(add)
  withRuleFlags(
    share
      .command('change')
      .description('Change how a share is taken in.')
      .argument('<share>', 'its folder, name or id')
      .option('--name <name>', 'as it is shown')
      .option('--chapter <chapter>', 'where its files go from now on: "Book/Chapter"')
      .option('--pause', 'stop watching it for now')
      .option('--resume', 'watch it again'),
  ).action(change)
  share
    .command('remove')
    .description('Stop watching a folder. What was stored stays, and so do its files.')
    .argument('<share>', 'its folder, name or id')
    .action(remove)
  addProbe(share)
  addOrder(share, 'scan', 'Scan a share now, whatever its schedule.')
  addOrder(
    share,
    'release',
    'Release a frozen share: what is missing there now was really removed.',
  )
  addDryRun(share)
}

async function list(_options: object, command: Command): Promise<void> {
  const { listShares } = await import('../../core/share/list-shares.ts')
  const shares = await withPorts(async (ports) => listShares(ports, await operator(ports)))
  print(command, shares, () =>
    table(
      ['NAME', 'FOLDER', 'MODE', 'FILES', 'WAITING', 'FAILED', 'LAST SCAN', ''],
      shares.map(({ name, path, mode, enabled, status }) => [
        name,
        path,
        mode,
        String(status?.files ?? '-'),
        String(status?.pending ?? '-'),
        String(status?.failed ?? '-'),
        time(status?.lastScanAt),
        enabled ? (status?.frozenReason ?? status?.error ?? '') : 'paused',
      ]),
    ),
  )
}

async function add(
  path: string,
  chapter: string,
  { name, ...flags }: RuleFlags & { name?: string },
  command: Command,
): Promise<void> {
  const { addShare: watch } = await import('../../core/share/add-share.ts')
  const share = await withPorts(async (ports, config) => {
    const access = await operator(ports)
    const rules = await rulesOfFlags(ports, flags)
    const chapterId = chapterNamed(access, chapter).id
    return watch(ports, access, { path, chapterId, ...rules, ...(name && { name }) }, config)
  })
  const fate = share.mode === 'inbox' ? 'are moved to "done" there once stored' : 'stay'
  print(command, share, () => `${share.path} is watched; its files go to ${chapter}, and ${fate}.`)
}

type ChangeFlags = RuleFlags & {
  name?: string
  chapter?: string
  pause?: boolean
  resume?: boolean
}

async function change(
  shareName: string,
  { name, chapter, pause, resume, ...flags }: ChangeFlags,
  command: Command,
): Promise<void> {
  const { changeShare } = await import('../../core/share/change-share.ts')
  const share = await withPorts(async (ports) => {
    const access = await operator(ports)
    const { id } = await shareNamed(ports, shareName)
    return changeShare(ports, access, {
      id,
      ...(await rulesOfFlags(ports, flags)),
      ...(name && { name }),
      ...(chapter && { chapterId: chapterNamed(access, chapter).id }),
      ...((pause || resume) && { enabled: resume === true }),
    })
  })
  print(command, share, () => `${share.path} is changed${share.enabled ? '' : ', and paused'}.`)
}

async function remove(name: string, _options: object, command: Command): Promise<void> {
  const { removeShare } = await import('../../core/share/remove-share.ts')
  const removed = await withPorts(async (ports) => {
    const share = await shareNamed(ports, name)
    await removeShare(ports, await operator(ports), share.id)
    return share
  })
  print(
    command,
    removed,
    () => `${removed.path} is not watched any more. Its files and what was stored of them stay.`,
  )
}

function addOrder(share: Command, what: Exclude<ShareOrder, 'dry_run'>, text: string): void {
  share
    .command(what)
    .description(text)
    .argument('<share>', 'its folder, name or id')
    .action(async (name: string, _options: object, command: Command) => {
      const { orderShare } = await import('../../core/share/order-share.ts')
      const found = await withPorts(async (ports) => {
        const { id, path } = await shareNamed(ports, name)
        await orderShare(ports, await operator(ports), { id, what })
        return { id, path }
      })
      print(command, found, () => `Asked for ${found.path}; a running watcher does it in seconds.`)
    })
}
