import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { heapFlag, prlimitArguments } from './limits.ts'
import type { Sandbox, Task } from './sandbox.ts'
import { runProgram } from './spawned.ts'

/**
 * No walls: limits of the kernel and the death of the parent alone, for a machine where nothing
 * better works, and inside walls that somebody else put up. Where the programs of util-linux are
 * missing, the heap limit and the caller's clock remain.
 */
export const bareSandbox: Sandbox = {
  kind: 'none',
  async run(task, ears, stop) {
    const folder = await mkdtemp(join(tmpdir(), 'onefold-parse-'))
    const env = { ...ENVIRONMENT, TMPDIR: folder, HOME: folder }
    const program = { argv: bareArgv(task), cwd: folder, env, input: task.fd, mark: folder }
    try {
      return await runProgram(program, ears, stop)
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  },
}

const ENVIRONMENT = { PATH: '/usr/local/bin:/usr/bin:/bin', LANG: 'C.UTF-8' }

function bareArgv({ command, request, limits }: Task): string[] {
  const [node = process.execPath, ...rest] = command
  const prefix: string[] = []
  const setpriv = find('setpriv')
  if (setpriv) prefix.push(setpriv, '--pdeathsig', 'KILL', '--no-new-privs')
  const prlimit = find('prlimit')
  // Without RLIMIT_NPROC: it would count all that this user runs.
  if (prlimit) prefix.push(prlimit, ...prlimitArguments(limits))
  return [...prefix, node, heapFlag(limits), ...rest, request]
}

const find = (program: string): string | undefined =>
  [`/usr/bin/${program}`, `/bin/${program}`].find((path) => existsSync(path))
