import { mkdtemp, open, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AppError } from '../../core/errors.ts'
import { bareSandbox } from './bare.ts'
import { bwrapSandbox, bwrapUnfiltered } from './bwrap.ts'
import { wholeLimits } from './limits.ts'
import type { Sandbox } from './sandbox.ts'
import { socketSandbox } from './socket.ts'

/** How walls are found. */
export interface Choice {
  sandbox: 'auto' | Sandbox['kind']
  /** Path of the unix socket behind which parsers are run by somebody else. */
  socket: string
  /** As in `ChildOptions`. */
  command: readonly string[]
}

/**
 * Finds the walls to put around parsers, by running one in them on a file of our own: what is
 * installed need not work, in a container or under a strict unit.
 *
 * @throws AppError `unavailable` (reason `NO_SANDBOX`) when none work; its message says what to do
 */
export async function chooseSandbox({ sandbox, socket, command }: Choice): Promise<Sandbox> {
  if (sandbox === 'none') return bareSandbox
  const all = [socketSandbox(socket), bwrapSandbox, bwrapUnfiltered]
  const wanted = all.filter(({ kind }) => sandbox === 'auto' || kind === sandbox)
  const troubles: string[] = []
  for (const each of wanted) {
    // A box that is busy may fail one that works; one that does not fails at once, mostly.
    const trouble = (await troubleWith(each, command)) && (await troubleWith(each, command))
    if (trouble === undefined) return each === bwrapUnfiltered ? unfiltered(troubles) : each
    troubles.push(
      `${each === bwrapUnfiltered ? 'bwrap without its filter' : each.kind}: ${trouble}`,
    )
  }
  throw new AppError('unavailable', `${NONE_WORKS} Tried ${troubles.join('; ')}.`, {
    reason: 'NO_SANDBOX',
  })
}

/** Better than nothing, and told: a kernel or an architecture for which there is no filter. */
const unfiltered = (troubles: readonly string[]): Sandbox => ({
  ...bwrapUnfiltered,
  lack: `Readers of files may ask anything of the kernel: no filter of system calls works here (${troubles.at(-1)}).`,
})

const NONE_WORKS = [
  'Files are read in a sandbox, and none works here. Do one of these:',
  '(1) install bubblewrap: apt-get install bubblewrap;',
  '(2) if it is installed, allow user namespaces: sysctl kernel.unprivileged_userns_clone=1 or kernel.apparmor_restrict_unprivileged_userns=0, in a container --security-opt seccomp=unconfined --security-opt apparmor=unconfined;',
  '(3) start the readers beside it, by systemd or docker compose (docs/operations.md, Sandbox);',
  '(4) at your own risk, as a hostile file may then do whatever Onefold may: ONEFOLD_SANDBOX=none, or sandbox = "none" in onefold.toml.',
].join(' ')

const chosen = new Map<string, Promise<Sandbox>>()

/** As `chooseSandbox`, once a process; what did not work is looked for again the next time. */
export function knownSandbox(choice: Choice): Promise<Sandbox> {
  const key = JSON.stringify(choice)
  const known = chosen.get(key)
  if (known) return known
  const found = chooseSandbox(choice)
  chosen.set(key, found)
  found.catch(() => chosen.delete(key))
  return found
}

/** The first walls that work on this machine. */
export const defaultSandbox = (command: readonly string[]): Promise<Sandbox> =>
  knownSandbox({ sandbox: 'auto', socket: DEFAULT_SOCKET, command })

export const DEFAULT_SOCKET = '/run/onefold/extract.sock'

const TRIAL = {
  request: JSON.stringify({ op: 'probe', extension: '.txt' }),
  limits: wholeLimits({ memoryBytes: 1024 ** 3, cpuSeconds: 30, wallMs: 120_000 }),
  readOnly: [],
  maxOutputBytes: 4096,
}

/** Why a parser does not work within these walls; undefined when it does. */
async function troubleWith(
  walls: Sandbox,
  command: readonly string[],
): Promise<string | undefined> {
  const folder = await mkdtemp(join(tmpdir(), 'onefold-trial-'))
  const path = join(folder, 'words.txt')
  await writeFile(path, 'A few words.\n')
  const file = await open(path)
  try {
    const answer: Uint8Array[] = []
    const ears = { answer: (chunk: Uint8Array) => void answer.push(chunk), talk: () => {} }
    const task = { ...TRIAL, command, fd: file.fd }
    const clock = AbortSignal.timeout(TRIAL.limits.wallMs)
    const end = await walls.run(task, ears, clock)
    if (end.exitCode === 0 && Buffer.concat(answer).includes('text/plain')) return undefined
    if (clock.aborted) return `no answer in ${TRIAL.limits.wallMs / 1000} s`
    return firstLine(end.stderr) || `it ended with ${end.signal ?? end.exitCode}`
  } catch (error) {
    return reasonOf(error)
  } finally {
    await file.close()
    await rm(folder, { recursive: true, force: true })
  }
}

const firstLine = (text: string) => text.trim().split('\n')[0]?.slice(0, 200)

function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
  return cause instanceof Error ? cause.message : String(cause)
}
