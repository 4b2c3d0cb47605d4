import { readdir, readFile, readlink } from 'node:fs/promises'

const LIMIT = '/proc/sys/fs/inotify/max_user_watches'

/** How many watches the kernel gives one account. */
export const watchLimit = async (): Promise<number> => Number(await readFile(LIMIT, 'utf8'))

/** How many watches the processes of this account hold, as far as they may be looked at. */
export async function watchesInUse(): Promise<number> {
  const processes = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  let sum = 0
  for (const id of processes) sum += await watchesOf(id)
  return sum
}

/** A process of somebody else, or one that has just ended, counts for none. */
async function watchesOf(id: string): Promise<number> {
  try {
    if (!(await isOurs(id))) return 0
    const folder = `/proc/${id}/fd`
    let sum = 0
    for (const fd of await readdir(folder)) {
      const target = await readlink(`${folder}/${fd}`).catch(() => '')
      if (target !== 'anon_inode:inotify') continue
      const about = await readFile(`/proc/${id}/fdinfo/${fd}`, 'utf8')
      sum += about.split('\n').filter((line) => line.startsWith('inotify ')).length
    }
    return sum
  } catch {
    return 0
  }
}

async function isOurs(id: string): Promise<boolean> {
  const about = await readFile(`/proc/${id}/status`, 'utf8')
  return /^Uid:\s+(\d+)/m.exec(about)?.[1] === String(process.getuid?.())
}
