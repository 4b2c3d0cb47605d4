import { resolve } from 'node:path'
import { AppError } from '../../core/errors.ts'
import type { BlobFile, OcrPage, OcrRequest } from '../../core/ports/index.ts'
import { readOcrPages } from './answer.ts'
import { type ChildOptions, runParser } from './run.ts'

const MIB = 1024 * 1024
const MAX_OUTPUT = 64 * MIB
/** The engine in WebAssembly takes 300 to 600 MB; the program a tenth of it. */
const MEMORY = 2048 * MIB
/** For opening the file, and for each page: it may be passed over four times on a busy machine. */
const START_MS = 60_000
const PAGE_MS = 240_000
const PAGE_CPU_SECONDS = 120

interface Pages {
  file: BlobFile
  mediaType: string
  request: OcrRequest
}

/**
 * Reads some pages in one process. Where it dies, each page is read in a process of its own, so that
 * one page that cannot be survived costs itself and no other.
 */
export async function ocrByParser(
  options: ChildOptions,
  pages: Pages,
  signal: AbortSignal,
): Promise<OcrPage[]> {
  try {
    return await readTogether(options, pages, signal)
  } catch (error) {
    if (!isDeath(error) || pages.mediaType.startsWith('image/')) throw error
    const read: OcrPage[] = []
    for (const page of pages.request.pages) {
      read.push(await readAlone(options, { ...pages, page }, signal))
    }
    return read
  }
}

async function readAlone(
  options: ChildOptions,
  { page, ...pages }: Pages & { page: number },
  signal: AbortSignal,
): Promise<OcrPage> {
  const request = { ...pages.request, pages: [page] }
  try {
    const [read] = await readTogether(options, { ...pages, request }, signal)
    if (read) return read
    throw new AppError('internal', 'Reading this page gave nothing.', { reason: 'PARSER_DIED' })
  } catch (error) {
    if (!isDeath(error)) throw error
    const failure = { reason: error.reason ?? 'PARSER_DIED', message: error.message }
    return { page, text: '', confidence: 0, rotation: 0, failure }
  }
}

async function readTogether(
  options: ChildOptions,
  { file, mediaType, request }: Pages,
  signal: AbortSignal,
): Promise<OcrPage[]> {
  const { pages, languages } = request
  const modelsDir = request.modelsDir === undefined ? undefined : resolve(request.modelsDir)
  const answer = await runParser(options, {
    fd: file.fd,
    request: { op: 'ocr', mediaType, pages, languages, ...(modelsDir && { modelsDir }) },
    maxOutputBytes: MAX_OUTPUT,
    signal,
    readOnly: modelsDir ? [modelsDir] : [],
    limits: {
      memoryBytes: Math.max(MEMORY, options.limits.memoryBytes),
      wallMs: START_MS + pages.length * PAGE_MS,
      cpuSeconds: pages.length * PAGE_CPU_SECONDS,
    },
  })
  return readOcrPages(answer, pages)
}

/** The process ended by itself or by a limit; the file may be fine but for a page. */
const isDeath = (error: unknown): error is AppError =>
  error instanceof AppError && error.code === 'internal' && !!error.reason?.startsWith('PARSER_')
