import exifr from 'exifr'
import type { Metadata } from 'sharp'

/**
 * What a camera wrote into a picture: `taken`, `camera`, `author`. Where it was taken is not read: it
 * tells where people live, and whoever may download the file has it there.
 */
export async function exifOf({ exif }: Metadata): Promise<Record<string, string>> {
  const block = exif && tiffBlock(exif)
  if (!block) return {}
  const tags = await read(block)
  const taken = timeOf(tags.DateTimeOriginal, tags.OffsetTimeOriginal)
  const camera = cameraOf(textOf(tags.Make), textOf(tags.Model))
  const author = textOf(tags.Artist)
  return { ...(taken && { taken }), ...(camera && { camera }), ...(author && { author }) }
}

const TAGS = ['Make', 'Model', 'Artist', 'DateTimeOriginal', 'OffsetTimeOriginal']

/** A block that makes no sense says nothing; the picture is fine without. */
async function read(block: Uint8Array): Promise<Record<string, unknown>> {
  try {
    const options = { pick: TAGS, gps: false, interop: false, ifd1: false, reviveValues: false }
    return (await exifr.parse(block, options)) ?? {}
  } catch {
    return {}
  }
}

/** The block begins with a mark in JPEG and WebP, and without it in others (CIPA DC-008, 4.7.2). */
function tiffBlock(exif: Uint8Array): Uint8Array | undefined {
  const bytes = Buffer.from(exif)
  const block = bytes.toString('latin1', 0, 6) === 'Exif\0\0' ? bytes.subarray(6) : bytes
  return block.length > 8 ? block : undefined
}

/** `2026:05:04 10:20:30` and, since EXIF 2.31, `+02:00`: as ISO 8601, by the clock of the camera. */
function timeOf(time: unknown, offset: unknown): string | undefined {
  const [, date, clock] = /^(\d{4}:\d{2}:\d{2}) (\d{2}:\d{2}:\d{2})/.exec(textOf(time)) ?? []
  if (!date || !clock || date.startsWith('0000')) return undefined
  const zone = /^([+-]\d{2}:\d{2}|Z)$/.test(textOf(offset)) ? textOf(offset) : ''
  return `${date.replaceAll(':', '-')}T${clock}${zone}`
}

/** Many makers write their name into the model as well. */
const cameraOf = (make: string, model: string): string =>
  (model.toLowerCase().startsWith(make.toLowerCase()) ? model : `${make} ${model}`).trim()

const textOf = (value: unknown): string =>
  typeof value === 'string' ? value.replaceAll('\0', '').trim() : ''
