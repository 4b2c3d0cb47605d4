import { open, readFile } from 'node:fs/promises'
import type { Mount } from '../../core/ports/share-meter.ts'

/** How the file system is mounted that a folder lies on, by the mount's own id (proc_pid_mountinfo(5)). */
export async function mountOf(path: string): Promise<Mount> {
  const folder = await open(path, 'r')
  try {
    const about = await readFile(`/proc/self/fdinfo/${folder.fd}`, 'utf8')
    const id = /^mnt_id:\s*(\d+)/m.exec(about)?.[1]
    const mounts = await readFile('/proc/self/mountinfo', 'utf8')
    const line = mounts.split('\n').find((each) => each.startsWith(`${id} `))
    return line === undefined ? UNKNOWN : parseMount(line)
  } finally {
    await folder.close()
  }
}

const UNKNOWN: Mount = { type: 'unknown', source: '', point: '/', isReadOnly: false }

/** One line: `36 35 98:0 /root /point ro,noatime shared:1 - ext4 /dev/sda1 rw,errors=continue`. */
export function parseMount(line: string): Mount {
  const [before = '', after = ''] = line.split(' - ', 2)
  const [, , , , point = '', options = ''] = before.split(' ')
  const [type = 'unknown', source = '', superOptions = ''] = after.split(' ')
  const isReadOnly = [options, superOptions].some((list) => list.split(',').includes('ro'))
  return { type, source: plain(source), point: plain(point), isReadOnly }
}

/** Blanks and backslashes stand as `\040` and the like. */
const plain = (text: string): string =>
  text.replace(/\\([0-7]{3})/g, (_, octal: string) =>
    String.fromCharCode(Number.parseInt(octal, 8)),
  )
