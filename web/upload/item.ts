/**
 * Where a file stands on its way in. `asking` waits for the person: the name is taken. `stored` and
 * `failed` are rests; `failed` and `paused` can be taken up again.
 */
export type UploadState =
  | 'waiting'
  | 'fingerprinting'
  | 'uploading'
  | 'storing'
  | 'asking'
  | 'paused'
  | 'stored'
  | 'failed'

export const UPLOAD_STATES: readonly UploadState[] = [
  'waiting',
  'fingerprinting',
  'uploading',
  'storing',
  'asking',
  'paused',
  'stored',
  'failed',
]

/** What to do when the folder already has a file of that name. */
export type OnConflict = 'ask' | 'version' | 'keep_both'

/** Chapter and folder that files go to; the names are for display only. */
export interface Destination {
  /** Absent: the server's own default (Shared / Inbox). */
  chapterId?: string
  chapterName: string
  bookName: string
  /** Folder inside the chapter, `/`-separated; '' at the top. */
  folder: string
}

/** Why an item rests. `code` is the server's, or one of `network`, `unreadable`, `file_needed`. */
export interface UploadProblem {
  code: string
  reason?: string
  /** The server's own sentence; empty for problems found in the browser. */
  message: string
}

/** A file to send: its bytes, its name and its folder below the destination. */
export interface PickedFile {
  file: File
  /** `/`-separated, no leading or trailing slash; '' for a loose file. */
  folder: string
}

/** What went wrong so far in the present run; forgotten when the person says "retry". */
export interface Trouble {
  /** Tries after failures that may pass by themselves. */
  tries: number
  freshUrls: number
  rehashes: number
}

export const noTrouble = (): Trouble => ({ tries: 0, freshUrls: 0, rehashes: 0 })

/** One line of the queue. Mutated in place by the queue alone; everybody else reads. */
export interface UploadItem {
  readonly id: string
  /** Items added together: one answer to a taken name can serve them all. */
  readonly batch: string
  readonly name: string
  readonly folder: string
  /** Where the file was picked: folders and name, as far as the browser tells. */
  readonly path: string
  readonly sizeBytes: number
  readonly lastModified: number
  readonly destination: Destination
  readonly addedAt: number
  onConflict: OnConflict
  state: UploadState
  /** Absent after the tab was closed: the person has to choose the file again. */
  file?: File
  /** SHA-256 in hex; absent until known, and for good when it could not be computed. */
  digest?: string
  /** What `digest` was when the tab was closed, until the file that is chosen again is read. */
  priorDigest?: string
  /** The document that the browser remembers it as; the server has not been asked yet. */
  knownAs?: string
  /** Names this upload to the server, so that asking again is not a second upload. */
  idempotencyKey: string
  docId?: string
  documentId?: string
  traceId?: string
  /** Bytes fingerprinted or sent in the current state. */
  doneBytes: number
  trouble: Trouble
  /** Epoch ms of the next automatic try, while `waiting`. */
  retryAt?: number
  problem?: UploadProblem
}

/** Whether the queue will still do something for this item without being asked. */
export const isActive = (state: UploadState): boolean =>
  state === 'waiting' || state === 'fingerprinting' || state === 'uploading' || state === 'storing'

/** A file up to this size costs its calls, not its bytes. */
const SMALL_BYTES = 256 * 1024

export const isSmall = (sizeBytes: number): boolean => sizeBytes <= SMALL_BYTES

/** Makes the queue's line for a picked file. */
export function newItem(
  picked: PickedFile,
  to: { destination: Destination; onConflict: OnConflict; batch: string; now: number },
): UploadItem {
  const folder = [to.destination.folder, picked.folder].filter(Boolean).join('/')
  return {
    id: randomId(),
    batch: to.batch,
    name: picked.file.name,
    folder,
    path: [picked.folder, picked.file.name].filter(Boolean).join('/'),
    sizeBytes: picked.file.size,
    lastModified: picked.file.lastModified,
    destination: to.destination,
    addedAt: to.now,
    onConflict: to.onConflict,
    state: 'waiting',
    file: picked.file,
    idempotencyKey: randomId(),
    doneBytes: 0,
    trouble: noTrouble(),
  }
}

/** 128 random bits in hex. `crypto.randomUUID` does not exist on plain-HTTP intranets; this does. */
export function randomId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

/**
 * Notes a fingerprint, or that there is none. A file chosen again goes on with what the server has of
 * it only when it is the same file; another of that name, size and time is another upload.
 */
export function settleDigest(item: UploadItem, digest: string | undefined): void {
  if (digest !== undefined) item.digest = digest
  if (item.docId !== undefined && item.priorDigest !== digest) {
    item.idempotencyKey = randomId()
    delete item.docId
  }
  delete item.priorDigest
}
