const MIB = 1024 * 1024

/** What one parser may use. */
export interface ParserLimits {
  /** Data segment of each process (RLIMIT_DATA): heap, buffers, thread stacks; in bytes. */
  memoryBytes: number
  cpuSeconds: number
  /** Time by the clock, in milliseconds. */
  wallMs: number
  /** Processes and threads at a time; held where the parser is walled in. */
  processes?: number
  /** Room for temporary files, which is memory where the parser is walled in; in bytes. */
  temporaryBytes?: number
}

/** Node starts a dozen threads, LibreOffice twenty; the libraries for pictures one per processor. */
const PROCESSES = 256
/** A converted document, a page picture: also the largest single file. */
const TEMPORARY_BYTES = 256 * MIB
const MAX_OPEN_FILES = 256
/**
 * V8 reserves this much for compiled code at start, and the kernel counts it as data although next
 * to nothing of it is used: 510 MiB in a process of 45 MiB, measured on Node 24 for x64.
 */
const CODE_RANGE_BYTES = 512 * MIB

/** With what nobody says filled in. */
export const wholeLimits = (limits: ParserLimits): Required<ParserLimits> => ({
  processes: PROCESSES,
  temporaryBytes: TEMPORARY_BYTES,
  ...limits,
})

/** Arguments for `prlimit` of util-linux. */
export const prlimitArguments = (limits: Required<ParserLimits>): string[] => [
  // RLIMIT_AS would be the obvious one, but V8 reserves address space far beyond its use.
  `--data=${limits.memoryBytes + CODE_RANGE_BYTES}`,
  // SIGXCPU at the first, so that it can be told from a kill; SIGKILL at the second.
  `--cpu=${limits.cpuSeconds}:${limits.cpuSeconds + 5}`,
  `--fsize=${limits.temporaryBytes}`,
  `--nofile=${MAX_OPEN_FILES}`,
  '--core=0',
]

/** Below the kernel's limit, so that JavaScript dies with words before the kernel says no. */
export const heapFlag = ({ memoryBytes }: ParserLimits): string =>
  `--max-old-space-size=${Math.floor((memoryBytes * 0.75) / MIB)}`
