import { readSync } from 'node:fs'
import { join } from 'node:path'
import { bareSandbox } from '../adapters/child/bare.ts'
import { childExtractor } from '../adapters/child/extractor.ts'
import type { Extractor } from '../core/ports/index.ts'

/** What a parser was started for. */
export interface Request {
  op: string
  pages?: number[]
  /** The first bytes of its file. */
  head: string
}

const MIB = 2 ** 20

/**
 * Parsers as they are, each start noted; where `dies` says so, a process that ends itself is started
 * in its place, as a hostile file would make of it.
 */
export function watchedParsers(dies: (request: Request) => boolean = () => false): {
  extractor: Extractor
  started: Request[]
} {
  const started: Request[] = []
  const extractor = childExtractor({
    command: [process.execPath, join(import.meta.dirname, '..', 'worker', 'parse', 'main.ts')],
    limits: { memoryBytes: 700 * MIB, cpuSeconds: 60, wallMs: 120_000 },
    reading: { languages: ['eng'] },
    sandbox: async () => ({
      kind: 'none',
      run(task, ears, stop) {
        const head = Buffer.alloc(64)
        readSync(task.fd, head, 0, head.length, 0)
        const request: Request = { ...JSON.parse(task.request), head: head.toString('latin1') }
        started.push(request)
        const command = dies(request) ? [process.execPath, ENDS_ITSELF] : task.command
        return bareSandbox.run({ ...task, command }, ears, stop)
      },
    }),
  })
  return { extractor, started }
}

const ENDS_ITSELF = '--eval=process.exit(3)'
