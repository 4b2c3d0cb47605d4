import { AppError } from '../../core/errors.ts'
import type { ParserFile } from '../../core/ports/parser.ts'

export const lockedFile = (cause?: unknown) =>
  new AppError('unsupported_type', 'This file is protected by a password.', {
    reason: 'PASSWORD_PROTECTED',
    cause,
  })

/**
 * With a password, an office file's zip is wrapped in a compound file ([MS-OFFCRYPTO] 2.3.1).
 *
 * @throws AppError `unsupported_type` (reason `PASSWORD_PROTECTED`)
 */
export function refuseEncrypted(file: ParserFile): void {
  if (Buffer.from(file.read(0, 4)).toString('hex') === 'd0cf11e0') throw lockedFile()
}
