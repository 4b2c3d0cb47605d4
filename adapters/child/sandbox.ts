import type { ParserLimits } from './limits.ts'

/** One parser to run. */
export interface Task {
  /** A Node binary and the parser's entry file. */
  command: readonly string[]
  /** JSON; becomes the last argument. */
  request: string
  /** Regular file that the parser reads from its descriptor 0. */
  fd: number
  /** Folders that the parser may read beside the file. */
  readOnly: readonly string[]
  limits: Required<ParserLimits>
  /** Longest answer, in bytes; a longer one may be cut. */
  maxOutputBytes: number
}

/** Who listens to a parser, as it speaks. */
export interface Ears {
  /** Descriptor 1. */
  answer(chunk: Uint8Array): void
  /** Descriptor 3. */
  talk(chunk: Uint8Array): void
}

/** How a parser ended, as far as one can see from outside. */
export interface End {
  exitCode: number | null
  signal: NodeJS.Signals | null
  stderr: string
}

/** The walls around a parser. */
export interface Sandbox {
  readonly kind: 'bwrap' | 'socket' | 'none'
  /** What these walls lack that they should have, and why; for administrators. */
  readonly lack?: string
  /**
   * Runs one parser to its end. When it resolves, every process that the parser started is gone;
   * aborting `stop` brings that about at once.
   *
   * @throws AppError `unavailable` when it could not be started
   */
  run(task: Task, ears: Ears, stop: AbortSignal): Promise<End>
}

/** Most that is kept of what a parser complains of, in characters. */
export const MAX_STDERR = 8192
