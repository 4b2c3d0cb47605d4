import { z } from 'zod'
import { LONGEST_RECORDING_MS } from '../../core/ports/extractor.ts'
import type { Segment } from '../../core/ports/index.ts'

/** What a parser may say is wrong. Anything else it says is its own death. */
const REASONS = [
  'NO_TEXT_IN_TYPE',
  'EMPTY_FILE',
  'NOT_LISTED',
  'PASSWORD_PROTECTED',
  'DAMAGED_FILE',
  'TOO_LARGE_INSIDE',
  'DTD_FORBIDDEN',
  'NO_PREVIEW',
  'NO_SOUND',
  'NO_CONVERTER',
  'NO_OCR',
  'NO_SPEECH_MODEL',
  'NO_IMAGE_MODEL',
  'NO_FFMPEG',
  'PARSER_DIED',
  'PARSER_MEMORY',
  'PARSER_TIMEOUT',
] as const

/** A parser's own account of why there is no answer. */
export interface Blame {
  reason: (typeof REASONS)[number]
  message: string
}

const Time = z.number().int().nonnegative().max(LONGEST_RECORDING_MS)
const Line = z.union([
  z.object({ progress: z.number().min(0).max(1) }),
  z.object({
    segments: z
      .array(z.object({ startMs: Time, endMs: Time, text: z.string().max(10_000) }))
      .max(1000),
    untilMs: Time,
  }),
  z.object({ done: z.literal(true) }),
  z.object({ failed: z.object({ reason: z.enum(REASONS), message: z.string().max(500) }) }),
])

/** Longest talk that is listened to, in bytes: a day of speech without a breath is a third of it. */
const MAX_TALK = 16 * 1024 * 1024
/** Longest line, in characters: to put one together costs its length with every piece. */
const MAX_LINE = 1024 * 1024

/** What was heard on a parser's third channel: one JSON value per line. */
export interface Talk {
  /** False when it said more than anybody listens to. */
  hear(chunk: Uint8Array): boolean
  /**
   * Whether it said anything. Ours does before it looks at the file, and nobody can take that back:
   * whoever starts parsers says nothing here.
   */
  hasSpoken(): boolean
  /** Whether the parser said that its answer is complete. */
  isDone(): boolean
  /** What the parser says is wrong with the file. */
  failure(): Blame | undefined
}

/** Who is told what a parser says. */
export interface Listeners {
  onProgress?: ((share: number) => void) | undefined
  /** Speech as it is heard, and how far the recording was heard. */
  onSegments?: ((segments: Segment[], untilMs: number) => void) | undefined
}

/** Listens to a parser. Nothing that it says is trusted further than its shape. */
export function talk({ onProgress, onSegments }: Listeners = {}): Talk {
  let rest = ''
  let heard = 0
  let done = false
  let failure: Blame | undefined
  const decoder = new TextDecoder()

  const take = (text: string) => {
    const line = Line.safeParse(parseJson(text)).data
    if (!line) return
    if ('progress' in line) onProgress?.(line.progress)
    else if ('segments' in line) onSegments?.(line.segments, line.untilMs)
    else if ('done' in line) done = true
    else failure = line.failed
  }

  return {
    hear(chunk) {
      heard += chunk.byteLength
      if (heard > MAX_TALK || rest.length > MAX_LINE) return false
      const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) take(line)
      return true
    },
    hasSpoken: () => heard > 0,
    isDone: () => done,
    failure: () => failure,
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined // a line that is no JSON says nothing
  }
}
