import { constants } from 'node:os'
import { AppError, type ErrorCode } from '../../core/errors.ts'
import type { End } from './sandbox.ts'
import type { Blame, Talk } from './talk.ts'

/** How a parser ended, and whether we brought that about. */
export interface Ending extends End {
  stoppedBy?: 'wall' | 'output' | 'abort'
}

const SAYS_MEMORY = /out of memory|alloc\w* (memory|failed)|bad_alloc|ENOMEM/i

/** Names what ended a parser that did not answer: its own words first, then how it died. */
export function failureOf(ending: Ending, said: Pick<Talk, 'hasSpoken' | 'failure'>): AppError {
  if (ending.stoppedBy === 'wall' || wasEndedBy(ending, 'SIGXCPU')) {
    return killed('PARSER_TIMEOUT', 'Reading this file took too long and was stopped.', ending)
  }
  if (ending.stoppedBy === 'output') {
    return killed('PARSER_DIED', 'Reading this file gave far too much and was stopped.', ending)
  }
  if (!said.hasSpoken() && isUnstarted(ending)) {
    const cause = new Error(ending.stderr.trim())
    return new AppError('unavailable', 'The file reader could not be started.', { cause })
  }
  const blame = said.failure()
  if (blame) return blamed(blame, ending)
  if (ranOutOfMemory(ending)) {
    return killed(
      'PARSER_MEMORY',
      'Reading this file took too much memory and was stopped.',
      ending,
    )
  }
  return killed('PARSER_DIED', 'Reading this file stopped the reader.', ending)
}

/** By itself, or as the exit code of whoever stood around it. */
const wasEndedBy = ({ signal, exitCode }: Ending, name: 'SIGXCPU' | 'SIGABRT' | 'SIGKILL') =>
  signal === name || exitCode === 128 + constants.signals[name]

/**
 * How those who start a parser say that there is no such program, or that they may not; a parser can
 * write the same, so that it counts from one alone that has said nothing yet.
 */
const isUnstarted = ({ exitCode, stderr }: Ending): boolean =>
  (exitCode === 126 || exitCode === 127 || exitCode === 1) &&
  /^(setpriv|prlimit|bwrap|sh): /.test(stderr)

/** SIGABRT is how V8 ends without memory; a SIGKILL that is not ours is the kernel's, for memory. */
const ranOutOfMemory = (ending: Ending): boolean =>
  wasEndedBy(ending, 'SIGABRT') || wasEndedBy(ending, 'SIGKILL') || SAYS_MEMORY.test(ending.stderr)

const CODES: Partial<Record<Blame['reason'], ErrorCode>> = {
  NO_CONVERTER: 'unavailable',
  NO_OCR: 'unavailable',
  NO_SPEECH_MODEL: 'unavailable',
  NO_IMAGE_MODEL: 'unavailable',
  NO_FFMPEG: 'unavailable',
  PARSER_DIED: 'internal',
  PARSER_MEMORY: 'internal',
  PARSER_TIMEOUT: 'internal',
}

const blamed = ({ reason, message }: Blame, { stderr }: Ending) =>
  new AppError(CODES[reason] ?? 'unsupported_type', message, {
    reason,
    ...(stderr && { cause: new Error(stderr.trim()) }),
  })

const killed = (reason: string, message: string, ending: Ending) =>
  new AppError('internal', message, {
    reason,
    cause: new Error(`exit ${ending.exitCode}, signal ${ending.signal}: ${ending.stderr.trim()}`),
  })
