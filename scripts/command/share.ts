import type { Command } from 'commander'
import { operator } from '../operator.ts'
import { chapterNamed, shareNamed } from './named.ts'
import { print, table, time } from './output.ts'
import { withPorts } from './with-ports.ts'

export function addShare(program: Command): void {
  const share = program.command('share').description('Folders of this machine that are watched.')
  share.command('list').description('List them, and how far each is.').action(list)
  share
    .command('add')
    .description('Watch a folder: what lies in it is stored, and stays where it is.')
    .argument('<folder>', 'its full path')
    .argument('<chapter>', 'where its files go: "Book/Chapter"')
    .option('--name <name>', 'as it is shown; without it, the name of the folder')
    .option('--exclude <patterns...>', 'what to leave out, such as "**/*.bak"')
    .action(add)
  share
    .command('remove')
    .description('Stop watching a folder. What was stored stays.')
    .argument('<share>', 'its folder, name or id')
    .action(remove)
}

async function list(_options: object, command: Command): Promise<void> {
  const { listShares } = await import('../../core/share/list-shares.ts')
  const shares = await withPorts(async (ports) => listShares(ports, await operator(ports)))
  print(command, shares, () =>
    table(
      ['NAME', 'FOLDER', 'FILES', 'WAITING', 'FAILED', 'LAST SCAN', ''],
      shares.map(({ name, path, enabled, status }) => [
        name,
        path,
        String(status?.files ?? '-'),
        String(status?.pending ?? '-'),
        String(status?.failed ?? '-'),
        time(status?.lastScanAt),
        enabled ? (status?.error ?? '') : 'paused',
      ]),
    ),
  )
}

async function add(
  path: string,
  chapter: string,
  options: { name?: string; exclude?: string[] },
  command: Command,
): Promise<void> {
  const { addShare: watch } = await import('../../core/share/add-share.ts')
  const share = await withPorts(async (ports, config) => {
    const access = await operator(ports)
    const wanted = { path, chapterId: chapterNamed(access, chapter).id, ...options }
    return watch(ports, access, wanted, config)
  })
  print(command, share, () => `${share.path} is watched; its files go to ${chapter}.`)
}

async function remove(name: string, _options: object, command: Command): Promise<void> {
  const { removeShare } = await import('../../core/share/remove-share.ts')
  const removed = await withPorts(async (ports) => {
    const share = await shareNamed(ports, name)
    await removeShare(ports, await operator(ports), share.id)
    return share
  })
  print(command, removed, () => `${removed.path} is not watched any more. What was stored stays.`)
}
