import { type Logger, pino } from 'pino'
import type { Log } from '../../core/ports/index.ts'

/** JSON lines on standard output, which journald and docker collect. */
export const pinoLog = (name: string, level: string): Log => toLog(pino({ name, level }))

const toLog = (logger: Logger): Log => ({
  info: (message, fields = {}) => logger.info(fields, message),
  warn: (message, fields = {}) => logger.warn(fields, message),
  error: (message, fields = {}) => logger.error(fields, message),
  child: (fields) => toLog(logger.child(fields)),
})
