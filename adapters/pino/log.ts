import { type DestinationStream, type Logger, pino } from 'pino'
import type { Log } from '../../core/ports/index.ts'

/**
 * JSON lines on standard output, which journald and docker collect. What could be the digest of a
 * content is left out, as in the name of its file in a message of the system.
 */
export const pinoLog = (name: string, level: string, destination?: DestinationStream): Log =>
  toLog(pino({ name, level, hooks: { streamWrite: withoutDigests } }, destination))

const withoutDigests = (line: string): string => line.replaceAll(/[0-9a-f]{64}/gi, '…')

const toLog = (logger: Logger): Log => ({
  info: (message, fields = {}) => logger.info(fields, message),
  warn: (message, fields = {}) => logger.warn(fields, message),
  error: (message, fields = {}) => logger.error(fields, message),
  child: (fields) => toLog(logger.child(fields)),
})
