import sharp from 'sharp'
import { AppError } from '../../core/errors.ts'
import type { ParserFile } from '../../core/ports/parser.ts'
import { convertOffice, hasLibreOffice } from './libre-office.ts'

/** A first page is made in two seconds of processor; what takes longer is read, not painted. */
const WITHIN_MS = 30_000
/** Of larger ones nearly all is pictures, which LibreOffice unpacks before it shows the first page. */
const MAX_BYTES = 32 * 1024 * 1024

/**
 * The first page or slide as LibreOffice lays it out, WebP. The file must have been checked before:
 * LibreOffice has no limits of its own.
 *
 * @param format ending of names of its format
 * @returns undefined where there is no LibreOffice, or it makes nothing of the file
 */
export async function firstPage(
  file: ParserFile,
  format: string,
  widthPx: number,
): Promise<Uint8Array | undefined> {
  if (!hasLibreOffice() || file.sizeBytes > MAX_BYTES) return undefined
  try {
    const page = await convertOffice(file, { from: format, to: 'png', withinMs: WITHIN_MS })
    return await sharp(page)
      .resize({ width: widthPx, height: 4 * widthPx, fit: 'inside', withoutEnlargement: true })
      .flatten({ background: '#fff' })
      .webp({ quality: 80 })
      .toBuffer()
  } catch (error) {
    if (error instanceof AppError) return undefined
    throw error
  }
}
