import {
  errorOf,
  type Fields,
  read,
  rethrowAsNetwork,
  textOf,
  traceOf,
  UploadError,
} from './answers.ts'
import type { OnConflict } from './item.ts'
import type { Challenge } from './proof.ts'
import { challengeOf } from './prove.ts'

export interface UploadOrder {
  name: string
  digest?: string
  sizeBytes: number
  chapterId?: string
  folder: string
  onConflict: OnConflict
  idempotencyKey: string
}

/** The server's answer to an order. */
export interface UploadTicket {
  docId: string
  /** Where the bytes go; absent when they are all there. */
  url?: string
  /** Bytes of each part but the last; absent for a file that goes whole. */
  partBytes?: number
  /** What to prove, for whoever would rather not send the file. */
  challenge?: Challenge
  traceId?: string
}

/** A part of a file on its way. */
export interface PartTransfer extends Transfer {
  /** From 1. */
  number: number
  /** CRC-32C in hex. */
  checksum: string
}

export interface UploadReceipt {
  documentId?: string
  traceId?: string
}

/** The calls of one upload. */
export interface Wire {
  request(order: UploadOrder, signal: AbortSignal): Promise<UploadTicket>
  /** As `request` for each, in order; an error is the answer for that file alone. */
  requestMany(
    orders: readonly UploadOrder[],
    signal: AbortSignal,
  ): Promise<(UploadTicket | UploadError)[]>
  /** The documents in sight that have each of these contents now, in order. */
  check(digests: readonly string[], signal: AbortSignal): Promise<string[][]>
  /** Numbers of the parts that have arrived. */
  receivedParts(docId: string, signal: AbortSignal): Promise<number[]>
  /** Sends a file whole. @returns the receipt, when the server has stored it in the same call */
  put(ticket: UploadTicket, body: Transfer): Promise<UploadReceipt | undefined>
  putPart(ticket: UploadTicket, part: PartTransfer): Promise<void>
  /** Answers a challenge. @returns the receipt, or undefined when the file is to be sent */
  prove(
    answer: { docId: string; cid: string; proof: string },
    signal: AbortSignal,
  ): Promise<UploadReceipt | undefined>
  complete(docId: string, signal: AbortSignal): Promise<UploadReceipt>
  /** Gives an upload up: the server need not keep what has arrived. */
  cancel(docId: string): Promise<void>
}

export interface Transfer {
  file: Blob
  headers?: Record<string, string>
  onSent(bytes: number): void
  signal: AbortSignal
}

/** Sends a body with progress. `fetch` has none for requests, so the browser's is XMLHttpRequest. */
export type SendBody = (url: string, transfer: Transfer) => Promise<RawAnswer>

export interface RawAnswer {
  status: number
  text: string
  retryAfter: string | null
}

/** The wire over HTTP. `origin` is '' in the browser: nothing ever leaves the own one. */
export function httpWire({ origin, sendBody }: { origin: string; sendBody: SendBody }): Wire {
  const post = (path: string, body: unknown, signal: AbortSignal): Promise<Fields> =>
    call(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal,
    })
  async function call(path: string, request: RequestInit): Promise<Fields> {
    const answer = await fetch(origin + path, request).catch(rethrowAsNetwork)
    const text = await answer.text().catch(rethrowAsNetwork)
    return read({ status: answer.status, text, retryAfter: answer.headers.get('retry-after') })
  }
  async function put(ticket: UploadTicket, query: string, transfer: Transfer): Promise<Fields> {
    if (!ticket.url) throw new UploadError('', { status: 0, code: 'internal' })
    const url = isOwn(ticket) ? origin + ticket.url : ticket.url
    return read(await sendBody(url + query, transfer))
  }
  return {
    request: async (order, signal) =>
      ticketOf(await post('/upload/request', toWire(order), signal)),
    async requestMany(orders, signal) {
      const files = orders.map(toWire)
      const { items } = await post('/api/v1/uploads/batch', { files }, signal)
      return listOf(items).map(({ upload, problem }) => answerOf(upload, problem))
    },
    async check(digests, signal) {
      const { items } = await post('/api/v1/assets/check-by-hash', { sha256s: digests }, signal)
      const answers = listOf(items)
      return digests.map((_, index) => documentsOf(answers[index] ?? {}))
    },
    async receivedParts(docId, signal) {
      const { received_parts: parts } = await call(`/upload/${docId}`, { signal })
      return Array.isArray(parts) ? parts.filter((each) => typeof each === 'number') : []
    },
    async put(ticket, transfer) {
      // The box itself can store it in the same call; a store elsewhere only takes bytes.
      const fields = await put(ticket, isOwn(ticket) ? '?complete=1' : '', transfer)
      return fields.status === 'UPLOAD_COMPLETE' ? receiptOf(fields) : undefined
    },
    async putPart(ticket, { number, checksum, ...transfer }) {
      const headers = { 'x-part-crc32c': checksum }
      await put(ticket, `?part=${number}`, { ...transfer, headers })
    },
    async prove({ docId, cid, proof }, signal) {
      const fields = await post('/upload/prove', { doc_id: docId, cid, proof }, signal)
      return fields.status === 'UPLOAD_COMPLETE' ? receiptOf(fields) : undefined
    },
    complete: async (docId, signal) =>
      receiptOf(await post('/upload/complete', { doc_id: docId }, signal)),
    async cancel(docId) {
      await call(`/api/v1/uploads/${docId}`, { method: 'DELETE' })
    },
  }
}

const toWire = (order: UploadOrder) => ({
  doc_name: order.name,
  ...(order.digest !== undefined && { doc_hash_256: order.digest }),
  file_size: order.sizeBytes,
  ...(order.chapterId !== undefined && { chapter_id: order.chapterId }),
  folder: order.folder,
  on_conflict: order.onConflict,
  idempotency_key: order.idempotencyKey,
})

const isOwn = ({ url }: UploadTicket): boolean => url?.startsWith('/') ?? false

function ticketOf(fields: Fields): UploadTicket {
  const url = textOf(fields, 's3_presigned_url')
  const challenge = challengeOf(fields)
  return {
    docId: textOf(fields, 'doc_id') ?? '',
    ...(url !== undefined && { url }),
    ...(typeof fields.part_size === 'number' && { partBytes: fields.part_size }),
    ...(challenge && { challenge }),
    ...traceOf(fields),
  }
}

function answerOf(upload: unknown, problem: unknown): UploadTicket | UploadError {
  if (isFields(upload)) return ticketOf(upload)
  const fields = isFields(problem) ? problem : {}
  const status = typeof fields.status === 'number' ? fields.status : 500
  return errorOf(fields, { status, retryAfter: null })
}

function receiptOf(fields: Fields): UploadReceipt {
  const documentId = textOf(fields, 'document_id')
  return { ...(documentId !== undefined && { documentId }), ...traceOf(fields) }
}

const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null

const listOf = (value: unknown): Fields[] => (Array.isArray(value) ? value.filter(isFields) : [])

function documentsOf(fields: Fields): string[] {
  const { document_ids: ids } = fields
  return Array.isArray(ids) ? ids.filter((id) => typeof id === 'string') : []
}
