import { crc32, gzipSync } from 'node:zlib'
import { spaces } from './zip.ts'

const BLOCK = 512

/** The head of a tar entry (POSIX ustar) that says what it is told to. */
export function tarHead(name: string, sizeBytes: number): Buffer {
  const head = Buffer.alloc(BLOCK)
  head.write(name, 0)
  head.write('0000644\0', 100)
  head.write(`${sizeBytes.toString(8).padStart(11, '0')}\0`, 124)
  head.write('00000000000\0', 136)
  head.write('        0', 148)
  head.write('ustar\x0000', 257)
  const sum = head.reduce((all, byte) => all + byte, 0)
  head.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
  return head
}

/**
 * A gzip (RFC 1952) of `mib` MiB of spaces behind `head`, made in no time. Its sum is wrong: nobody
 * gets that far.
 */
export function gzipOf(mib: number, head: Buffer = Buffer.alloc(0)): Buffer {
  const end = Buffer.alloc(8)
  end.writeUInt32LE(crc32(head), 0)
  end.writeUInt32LE((mib * 1024 * 1024) % 2 ** 32, 4)
  const own = Buffer.concat([Buffer.from('1f8b0800000000000003', 'hex'), spaces(mib), end])
  return head.length > 0 ? Buffer.concat([gzipSync(head), own]) : own
}
