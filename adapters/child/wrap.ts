import { existsSync } from 'node:fs'

/** What one parser may use. */
export interface ParserLimits {
  /** Data segment of the process (RLIMIT_DATA): heap, buffers, thread stacks; in bytes. */
  memoryBytes: number
  cpuSeconds: number
  /** Time by the clock, in milliseconds. */
  wallMs: number
}

/** Largest file a parser may write, in bytes: a converted document, a page picture. */
const MAX_FILE_BYTES = 256 * 1024 * 1024
const MAX_OPEN_FILES = 256
/**
 * V8 reserves this much for compiled code at start, and the kernel counts it as data although next
 * to nothing of it is used: 510 MiB in a process of 45 MiB, measured on Node 24 for x64.
 */
const CODE_RANGE_BYTES = 512 * 1024 * 1024

/**
 * Puts a parser's command into what confines it. Today limits of the kernel and the death of the
 * parent; a sandbox is one more prefix here, and nothing else changes. Where the programs of
 * util-linux are missing, the heap limit and the caller's clock remain.
 *
 * @param command a Node binary and its arguments
 */
export function wrap(command: readonly string[], limits: ParserLimits): string[] {
  const [node = process.execPath, ...rest] = command
  // Below the kernel's limit, so that JavaScript dies with words before the kernel says no.
  const heapMb = Math.floor((limits.memoryBytes * 0.75) / (1024 * 1024))
  return [...underLimits(limits), node, `--max-old-space-size=${heapMb}`, ...rest]
}

function underLimits({ memoryBytes, cpuSeconds }: ParserLimits): string[] {
  const prefix: string[] = []
  const setpriv = find('setpriv')
  if (setpriv) prefix.push(setpriv, '--pdeathsig', 'KILL', '--no-new-privs')
  const prlimit = find('prlimit')
  if (prlimit) {
    prefix.push(
      prlimit,
      // RLIMIT_AS would be the obvious one, but V8 reserves address space far beyond its use.
      `--data=${memoryBytes + CODE_RANGE_BYTES}`,
      // SIGXCPU at the first, so that it can be told from a kill; SIGKILL at the second.
      `--cpu=${cpuSeconds}:${cpuSeconds + 5}`,
      `--fsize=${MAX_FILE_BYTES}`,
      `--nofile=${MAX_OPEN_FILES}`,
      '--core=0',
    )
  }
  return prefix
}

const find = (program: string): string | undefined =>
  [`/usr/bin/${program}`, `/bin/${program}`].find((path) => existsSync(path))
