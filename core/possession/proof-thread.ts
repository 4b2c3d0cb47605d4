import { createHmac } from 'node:crypto'
import { closeSync, openSync, readSync } from 'node:fs'
import { parentPort } from 'node:worker_threads'
import { coverRanges } from './proof.ts'
import { type ProofKind, rangesOf } from './ranges.ts'

/** A proof to compute, or the order to find out how quickly that goes. */
export type ProofOrder =
  | {
      id: number
      fd: number
      sizeBytes: number
      kind: ProofKind
      seed: Uint8Array
      nonce: Uint8Array
      head: Uint8Array
      /** Epoch milliseconds after which nobody waits for it. */
      until: number
    }
  | { id: number; measure: true }

/** `mac` is null when the file is too short, cannot be read, or there was no time left. */
export type ProofNews =
  | { id: number; mac: Uint8Array | null; error?: string }
  | { id: number; bytesPerSecond: number }

const SAMPLE_BYTES = 32 * 2 ** 20

function proofOf(order: Extract<ProofOrder, { fd: number }>): Uint8Array | null {
  const mac = createHmac('sha256', order.nonce).update(order.head)
  const isWhole = coverRanges(mac, rangesOf(order, order.sizeBytes), {
    read: (into, length, position) => readSync(order.fd, into, 0, length, position),
    isOver: () => Date.now() >= order.until,
  })
  return isWhole ? mac.digest() : null
}

/** Over the program's own file: every machine has it, and it is large enough. */
function measured(): number {
  const fd = openSync(process.execPath, 'r')
  try {
    const mac = createHmac('sha256', 'rate')
    const startedAt = performance.now()
    let bytes = 0
    coverRanges(mac, [{ start: 0, length: SAMPLE_BYTES }], {
      read(into, length, position) {
        const count = readSync(fd, into, 0, length, position)
        bytes += count
        return count
      },
      isOver: () => false,
    })
    return (bytes * 1000) / (performance.now() - startedAt)
  } finally {
    closeSync(fd)
  }
}

function answer(order: ProofOrder): ProofNews {
  const { id } = order
  if ('measure' in order) return { id, bytesPerSecond: measured() }
  try {
    return { id, mac: proofOf(order) }
  } catch (error) {
    return { id, mac: null, error: String(error) }
  }
}

parentPort?.on('message', (order: ProofOrder) => parentPort?.postMessage(answer(order)))
