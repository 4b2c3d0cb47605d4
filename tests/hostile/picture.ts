import { constants, crc32, deflateSync } from 'node:zlib'

/** A PNG (RFC 2083) that says it has this size, with as much of it as `data` holds. */
export function pngOf(width: number, height: number, data: Buffer): Buffer {
  const size = Buffer.alloc(13)
  size.writeUInt32BE(width, 0)
  size.writeUInt32BE(height, 4)
  size[8] = 1
  const signature = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1')
  return Buffer.concat([signature, chunk('IHDR', size), chunk('IDAT', data), chunk('IEND')])
}

function chunk(type: string, data: Buffer = Buffer.alloc(0)): Buffer {
  const named = Buffer.concat([Buffer.from(type), data])
  const length = Buffer.alloc(4)
  length.writeUInt32BE(data.length)
  const sum = Buffer.alloc(4)
  sum.writeUInt32BE(crc32(named))
  return Buffer.concat([length, named, sum])
}

/** 2,500 million pixels in some hundred kilobytes. */
export function vastPng(): Buffer {
  const flushed = { finishFlush: constants.Z_FULL_FLUSH }
  const head = deflateSync(Buffer.alloc(0), flushed)
  const hundredRows = deflateSync(Buffer.alloc(100 * 6_251), flushed).subarray(2)
  return pngOf(
    50_000,
    50_000,
    Buffer.concat([head, ...Array.from({ length: 500 }, () => hundredRows)]),
  )
}

/** The size in the header alone; a decoder that reserves memory first dies of it. */
export const vastJpeg = (): Buffer =>
  Buffer.concat([
    Buffer.from('ffd8ffe000104a46494600010100000100010000', 'hex'),
    Buffer.from('ffc0001108ffdcffdc03012200021101031101', 'hex'),
    Buffer.from('ffda000c03010002110311003f00', 'hex'),
    Buffer.alloc(64),
    Buffer.from('ffd9', 'hex'),
  ])

export const vastGif = (): Buffer =>
  Buffer.concat([
    Buffer.from('GIF89a'),
    Buffer.from('ffffffff800000000000ffffff', 'hex'),
    Buffer.from('2c00000000ffffffff00', 'hex'),
    Buffer.from('02024c01003b', 'hex'),
  ])

/** WebP without loss, 16,383 pixels each way, of which next to nothing is there. */
export function vastWebp(): Buffer {
  const body = Buffer.from('2fffffffff0f0000000000000000', 'hex')
  const length = Buffer.alloc(4)
  length.writeUInt32LE(body.length)
  const vp8l = Buffer.concat([Buffer.from('VP8L'), length, body])
  const riff = Buffer.alloc(4)
  riff.writeUInt32LE(vp8l.length + 4)
  return Buffer.concat([Buffer.from('RIFF'), riff, Buffer.from('WEBP'), vp8l])
}

/** A TIFF whose only directory says that it is the next one, too. */
export const circularTiff = (): Buffer => Buffer.from('49492a00080000000000' + '08000000', 'hex')
