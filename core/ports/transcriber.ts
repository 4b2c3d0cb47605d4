import type { AppError } from '../errors.ts'
import type { BlobFile } from './blob-store.ts'

/** A run of speech and when it is heard, in milliseconds from the start of the recording. */
export interface Segment {
  startMs: number
  endMs: number
  text: string
}

/** What part of a recording to listen to. */
export interface Listening {
  fromMs: number
  durationMs: number
  /** ISO 639-1 when it is known; else whoever listens finds out. */
  language?: string
  /** Of the file, where it is known: services elsewhere want to be told. */
  mediaType?: string
  /**
   * Told when a service could not remove the recording at the end, and why: until the service does so
   * by itself, the recording is there.
   */
  onRemains?: (cause: AppError) => Promise<void>
}

/** What is known when a call has come to its end. */
export interface Listened {
  /** That was spoken, ISO 639-1. */
  language?: string
  /** Where the file ended, when that was before the end of what was asked for. */
  endMs?: number
}

/** Turns speech into text. One model, or one service. */
export interface Transcriber {
  /** Who listened, kept with the result: `whisper:onnx-community/whisper-base`. */
  readonly id: string
  /** Whether the recording is sent out of this box. Only where its book allows it, then. */
  readonly leavesTheHouse: boolean
  /**
   * Listens from `fromMs` for `durationMs`, and tells what was said as it goes on.
   *
   * @param onSegments is awaited: told in order, `untilMs` being how far everything was heard. What
   * was told need not be heard again when the call fails later.
   * @throws AppError `unsupported_type` for a file that has no sound or is damaged, `unavailable`
   *   when a program or model is missing (`NO_FFMPEG`, `NO_SPEECH_MODEL`) or a service does not
   *   answer, `internal` (`PARSER_…`) when the child was killed
   */
  transcribe(
    file: BlobFile,
    listening: Listening,
    signal: AbortSignal,
    onSegments: (segments: Segment[], untilMs: number) => Promise<void>,
  ): Promise<Listened>
  close(): Promise<void>
}
