import type { TFunction } from 'i18next'
import { stepName } from '../../activity/step-name.ts'
import type { Bar } from './waterfall.ts'

const OPERATIONS = {
  'POST /upload/request': 'request',
  'POST /api/v1/uploads/batch': 'batch',
  'PUT /u/:token': 'bytes',
  'POST /upload/complete': 'complete',
  'POST /knowledge-base/upload': 'form',
  'share.take': 'share',
  'browser.wait': 'wait',
  'browser.hash': 'hash',
  'browser.send': 'send',
  'browser.store': 'store',
  'GET /api/v1/search': 'search',
} as const

const isNamed = (operation: string): operation is keyof typeof OPERATIONS => operation in OPERATIONS

/** An operation in words, where people know it; the others keep their technical names. */
export const operationName = (t: TFunction, operation: string): string =>
  isNamed(operation) ? t(`traces.op.${OPERATIONS[operation]}`) : operation

/** What a line of a waterfall is about. */
export function barName(t: TFunction, { what }: Bar): string {
  if (what.kind === 'operation') return operationName(t, what.name)
  return what.kind === 'turn' ? t('traces.turn') : stepName(t, what.name)
}
