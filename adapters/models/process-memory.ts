import { readdirSync, readFileSync } from 'node:fs'

/** Pages of memory are of this size on every machine that is supported. */
const PAGE_BYTES = 4096

/** Memory that a process and all it has started hold now, in bytes; 0 when it is gone. Linux. */
export function memoryOfTree(pid: number): number {
  try {
    const [, resident = '0'] = readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')
    const children = readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
      readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8').trim().split(' '),
    )
    const below = children.filter(Boolean).map((child) => memoryOfTree(Number(child)))
    return Number(resident) * PAGE_BYTES + below.reduce((sum, each) => sum + each, 0)
  } catch {
    return 0 // it ended while it was looked at
  }
}
