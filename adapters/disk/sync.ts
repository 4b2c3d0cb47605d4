import { open } from 'node:fs/promises'

/** Makes names in the folder `path` as durable as the bytes behind them. */
export async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r')
  await directory.sync().finally(() => directory.close())
}
