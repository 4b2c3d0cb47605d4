import { lstatSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'
import { AppError } from '../../core/errors.ts'
import { callFilter } from './call-filter.ts'
import { openGroup } from './group.ts'
import { heapFlag, prlimitArguments } from './limits.ts'
import type { Ears, End, Sandbox, Task } from './sandbox.ts'
import { runProgram } from './spawned.ts'

/**
 * Walls by bubblewrap: namespaces of its own for everything, no capability, no network, an empty
 * root with the system's programs, our code and the one file, all read-only, a small folder in
 * memory to write to, and a filter of system calls.
 *
 * Running fails with `unavailable` on an architecture for which there is no filter.
 */
export const bwrapSandbox: Sandbox = {
  kind: 'bwrap',
  run(task, ears, stop) {
    const filter = callFilter()
    if (filter) return runWalled({ task, filter }, ears, stop)
    throw new AppError('unavailable', `No filter of system calls is known for ${process.arch}.`)
  },
}

/** The same without the filter, for where the kernel or bubblewrap cannot do it. */
export const bwrapUnfiltered: Sandbox = {
  kind: 'bwrap',
  run: (task, ears, stop) => runWalled({ task }, ears, stop),
}

async function runWalled(
  { task, filter }: { task: Task; filter?: Uint8Array },
  ears: Ears,
  stop: AbortSignal,
): Promise<End> {
  const group = await openGroup(task.limits)
  const enter = group ? ['/bin/sh', '-c', `${group.enter} && exec "$@"`, 'sh'] : []
  const argv = [...enter, BWRAP, ...(filter ? ['--seccomp', '5'] : []), ...bwrapArguments(task)]
  const program = { argv, cwd: '/', env: {}, input: 'ignore' as const, extra: task.fd }
  try {
    return await runProgram({ ...program, ...(filter && { told: filter }) }, ears, stop)
  } finally {
    await group?.close()
  }
}

const BWRAP = '/usr/bin/bwrap'
const ROOT = join(import.meta.dirname, '..', '..')
/** What a parser is made of. The data folder may stand beside these. */
const CODE = ['package.json', 'node_modules', 'core', 'adapters', 'config', 'worker']
/** Where the system's programs are in Debian; `/usr` apart, mostly links into it. */
const SYSTEM = ['/bin', '/sbin', '/lib', '/lib32', '/lib64', '/libx32']
/** Which program stands behind a name, where libraries are, which fonts, LibreOffice's start. */
const SETTINGS = ['/etc/alternatives', '/etc/ld.so.cache', '/etc/fonts', '/etc/libreoffice']
/** How many processors there are, for libraries that do not ask the kernel. */
const PROCESSORS = '/sys/devices/system/cpu'
const NOBODY = '65534'

const WALLS = [
  ['--unshare-all', '--unshare-user', '--disable-userns'],
  ['--uid', NOBODY, '--gid', NOBODY, '--cap-drop', 'ALL', '--hostname', 'parser'],
  ['--die-with-parent', '--new-session', '--clearenv'],
].flat()
const ENVIRONMENT = {
  PATH: '/usr/local/bin:/usr/bin:/bin',
  LANG: 'C.UTF-8',
  HOME: '/tmp',
  TMPDIR: '/tmp',
}

/**
 * Opens the file again, through a read-only mount: by the descriptor that was handed in, its owner
 * could change its mode, then open it for writing.
 */
const AT_INPUT = 'exec "$@" </file 4<&-'

function bwrapArguments({ command, request, limits, readOnly }: Task): string[] {
  const [node = process.execPath, ...rest] = command
  const inner = ['/usr/bin/prlimit', ...prlimitArguments(limits), `--nproc=${limits.processes}`]
  return [
    WALLS,
    Object.entries(ENVIRONMENT).flatMap(([name, value]) => ['--setenv', name, value]),
    ['--ro-bind', '/usr', '/usr', ...SYSTEM.flatMap(systemFolder)],
    [...SETTINGS, PROCESSORS].flatMap(readable),
    ['--proc', '/proc', '--dev', '/dev', '--perms', '1777'],
    ['--size', String(limits.temporaryBytes), '--tmpfs', '/tmp'],
    CODE.flatMap((name) => readable(join(ROOT, name))),
    node.startsWith(join(ROOT, 'node_modules')) ? [] : readable(node),
    readOnly.flatMap(readable),
    // The descriptor's own path, whatever bytes it is made of; bwrap looks it up.
    ['--ro-bind', '/proc/self/fd/4', '/file'],
    // Root of this machine owns the settings of its kernel, even as nobody without a capability.
    ['--remount-ro', '/proc', '--remount-ro', '/dev', '--remount-ro', '/'],
    ['--chdir', '/tmp', '--'],
    ['/bin/sh', '-c', AT_INPUT, 'sh', ...inner, node, heapFlag(limits), ...rest, request],
  ].flat()
}

const readable = (path: string) => ['--ro-bind-try', path, path]

function systemFolder(path: string): string[] {
  const found = lstatSync(path, { throwIfNoEntry: false })
  if (!found) return []
  return found.isSymbolicLink() ? ['--symlink', readlinkSync(path), path] : readable(path)
}
