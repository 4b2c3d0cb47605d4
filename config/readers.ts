import { join } from 'node:path'
import { knownSandbox } from '../adapters/child/choose.ts'
import { childExtractor } from '../adapters/child/extractor.ts'
import { endOrphans } from '../adapters/child/orphans.ts'
import type { ChildOptions } from '../adapters/child/run.ts'
import type { Sandbox } from '../adapters/child/sandbox.ts'
import { type Line, serveParser } from '../adapters/child/serve.ts'
import type { Extractor } from '../core/ports/index.ts'
import type { Config } from './schema.ts'

/** This Node, and what it runs to read one file. */
const COMMAND = [process.execPath, join(import.meta.dirname, '..', 'worker', 'parse', 'main.ts')]

/** How files are read in processes of their own, for every adapter that does so. */
export const childOptions = (config: Config): ChildOptions => {
  const { memoryBytes, cpuSeconds, wallMs } = config.parser
  return {
    command: COMMAND,
    limits: { memoryBytes, cpuSeconds, wallMs },
    sandbox: () => sandboxOf(config),
  }
}

export const extractorOf = (config: Config): Extractor =>
  childExtractor({
    ...childOptions(config),
    reading: {
      languages: config.ocr.languages.split(',').map((language) => language.trim()),
      modelsDir: config.models.dir,
    },
  })

/**
 * The walls around the readers of files, tried out.
 *
 * @throws AppError `unavailable` (reason `NO_SANDBOX`) when none work; its message says what to do
 */
export const sandboxOf = ({ sandbox, parser: { socket } }: Config): Promise<Sandbox> =>
  knownSandbox({ sandbox, socket, command: COMMAND })

/** Reads one file for somebody behind a socket; the walls are around this process. */
export const serveOne = (line: Line): Promise<void> => serveParser(line, COMMAND)

/** As `serveOne`, in a container of our own: nothing that a parser left behind outlives it. */
export const serveOneAlone = (line: Line): Promise<void> => serveOne(line).finally(endOrphans)
