import { open } from 'node:fs/promises'

/** Makes names in the folder `path` as durable as the bytes behind them. */
export async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r')
  await directory.sync().finally(() => directory.close())
}

/**
 * `syncDirectory` for many at once: whoever asks while a folder is being synced shares the next sync
 * of it with all who ask meanwhile. A sync that had begun before a name was made says nothing of it.
 */
export function sharedSyncs(
  sync: (path: string) => Promise<void> = syncDirectory,
): (path: string) => Promise<void> {
  const folders = new Map<string, { running: Promise<void>; next?: Promise<void> }>()

  function start(path: string): Promise<void> {
    const running = sync(path)
    const turn: { running: Promise<void>; next?: Promise<void> } = { running }
    folders.set(path, turn)
    const leave = () => {
      if (!turn.next) folders.delete(path)
    }
    running.then(leave, leave)
    return running
  }

  return (path) => {
    const turn = folders.get(path)
    if (!turn) return start(path)
    // How the sync before ends is told to those who wait for it.
    turn.next ??= turn.running.catch(() => {}).then(() => start(path))
    return turn.next
  }
}
