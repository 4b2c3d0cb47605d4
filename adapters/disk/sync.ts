import { open } from 'node:fs/promises'
import { hasSystemCode } from '../../core/errors.ts'

/** Makes names in the folder `path` as durable as the bytes behind them. */
export async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r')
  await directory.sync().finally(() => directory.close())
}

/**
 * `syncDirectory` for many at once: whoever asks while a folder is being synced shares the next sync
 * of it with all who ask meanwhile. A sync that had begun before a name was made says nothing of it;
 * one that failed may have lost it all the same, and the next would say that all is well.
 *
 * @param onFailure told first when the disk did not keep a folder, before whoever waits
 */
export function sharedSyncs(
  sync: (path: string) => Promise<void> = syncDirectory,
  onFailure?: (cause: unknown) => void,
): (path: string) => Promise<void> {
  const folders = new Map<string, { running: Promise<void>; next?: Promise<void> }>()

  function start(path: string): Promise<void> {
    const running = sync(path).catch((cause: unknown) => {
      folders.delete(path)
      if (hasSystemCode(cause, 'EIO')) onFailure?.(cause)
      throw cause
    })
    const turn: { running: Promise<void>; next?: Promise<void> } = { running }
    folders.set(path, turn)
    const leave = () => {
      if (!turn.next) folders.delete(path)
    }
    running.then(leave, () => {}) // What fails is told to whoever waits.
    return running
  }

  return (path) => {
    const turn = folders.get(path)
    if (!turn) return start(path)
    turn.next ??= turn.running.then(() => start(path))
    return turn.next
  }
}
