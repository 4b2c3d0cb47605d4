import { resolve } from 'node:path'
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

/** Reads some pages in one process, which may read the models folder beside the file. */
export async function ocrByParser(
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
