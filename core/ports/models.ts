import type { BundleHead } from '../models/bundle.ts'
import type { Signer } from '../models/signature.ts'

/** What a model is for: text to vectors, sound to text, letters in pictures, pictures to vectors. */
export type ModelKind = 'embedding' | 'speech' | 'ocr' | 'image'

/** One file of a model. */
export interface ModelFile {
  /** Below the model's folder, with slashes. */
  path: string
  sizeBytes: number
  /** 64 lower-case hex characters. */
  sha256: string
}

/** What a model says of itself in `onefold-model.json`. Comes from elsewhere: read it with `readManifest`. */
export interface ModelManifest {
  /** `<organization>/<name>`; of a language of OCR `tesseract/<language>`. */
  name: string
  kind: ModelKind
  /** As its source calls it, an SPDX id where it uses them; `unknown` where it says nothing. */
  licence: string
  /** What the source calls this state of the model. */
  revision?: string
  /** When the source made this state, epoch ms: which of two is the older. */
  revisedAt?: number
  /** Address it was fetched from, or `by hand`. */
  source: string
  /** By path, each once. */
  files: ModelFile[]
}

/**
 * `whole`: every file of its manifest is there in the right size. `broken`: one is not. `unverified`:
 * put there by hand, so that nobody can say. `builtin`: came with the product or the system.
 */
export type ModelState = 'whole' | 'broken' | 'unverified' | 'builtin'

/** What is known of a model that came with the product or the system. */
export interface BuiltinFacts {
  /** Absent where the system does not say. */
  licence?: string
  /** The package it came in. */
  source: string
  /** Of its one file, as it lies there. */
  sha256: string
}

/** A model of this box. */
export interface Model {
  name: string
  kind: ModelKind
  state: ModelState
  /** Absolute path of the folder with its files. */
  folder: string
  sizeBytes: number
  /** Absent for what was put there by hand, and for what is built in. */
  manifest?: ModelManifest
  /** Of a built-in one. */
  builtin?: BuiltinFacts
}

/** How long work is ended early, and how it says how far it is, in bytes. */
export interface LongWork {
  signal: AbortSignal
  onProgress?: (done: number, total: number) => void
}

/**
 * The models of this box, in a folder: each in `<organization>/<name>/`, in the layout its runtime
 * reads. One process at a time changes it (`ModelWork` sees to that); any may read at any time, and
 * sees a model whole or not at all.
 */
export interface ModelShelf {
  /** Absolute path of the folder; it need not be there. */
  readonly dir: string
  /** By kind and name, languages that came with product and system included. Looks at sizes only. */
  list(): Promise<Model[]>
  /** The one of a kind that is used: the first by name that is not broken. Never a built-in one. */
  find(kind: ModelKind): Promise<Model | undefined>
  /** Reads all files again. @returns paths that are missing or not as the manifest says; [] for good */
  verify(model: Model, work: LongWork): Promise<string[]>
  /** Writes a manifest of what lies there now, for a model that was put there by hand. */
  adopt(model: Model, licence: string, work: LongWork): Promise<ModelManifest>
  /** @throws AppError `not_found` */
  remove(name: string): Promise<void>
  /** Removes what a process that ended left half done, or ends it. Only where nobody else changes it. */
  recover(): Promise<void>
  /**
   * An empty folder on the shelf that nobody sees; found again under the same name: letters, digits,
   * `@`, `-`, `_` and single dots, nothing that leads elsewhere.
   */
  stage(name: string): Promise<string>
  /**
   * Puts staged models on the shelf: all of their files must lie in `folder/<name>/` already, checked.
   * Syncs them, writes their manifests, and replaces those of the same names: all of
   * them or none, even when the process ends meanwhile and `recover` has to finish it.
   */
  shelve(folder: string, manifests: readonly ModelManifest[]): Promise<void>
  /** Bytes that may still be written there, the reserve apart. */
  room(): Promise<number>
  readonly carrier: ModelCarrier
}

/** Carries models from box to box in one signed file. The file is read and written as a stream. */
export interface ModelCarrier {
  /**
   * Writes `models` to a new file, hashing what it writes. Equal models and keys give equal files.
   *
   * @throws AppError `digest_mismatch` (reason `MODEL_DAMAGED`), `conflict` (reason `FILE_EXISTS`);
   * nothing is left
   */
  pack(models: readonly Model[], file: string, work: LongWork & { signer: Signer }): Promise<void>
  /** Reads the head of a file, checks its signature, and that the file is as long as it says. */
  open(file: string): Promise<BundleHead>
  /**
   * Writes the files of all models below `folder`, in a folder each, and checks every hash.
   *
   * @throws AppError `digest_mismatch` (reason `BUNDLE_CHANGED`)
   */
  unpack(file: string, head: BundleHead, to: LongWork & { folder: string }): Promise<void>
  /** Fingerprints of the keys whose files are taken without asking: the lines of `trusted-keys`. */
  trustedKeys(): Promise<string[]>
  /** Keeps a file that arrives until it is unpacked. @returns its path */
  receive(id: string, bytes: AsyncIterable<Uint8Array>): Promise<string>
  /** Removes what was received. */
  discard(id: string): Promise<void>
  /** Removes all of that which was last written to before a moment, epoch ms, and is not kept. */
  sweep(isKept: (id: string) => boolean, before: number): Promise<void>
}

/** Finds out what a model takes and gives on this machine. */
export interface ModelMeter {
  /** @throws AppError `unavailable` when it cannot be run here */
  measure(model: Model, signal: AbortSignal): Promise<ModelFigures>
}

/** What a model takes and gives on this machine. */
export interface ModelFigures {
  /** Most memory of all processes that ran it, in bytes. */
  memoryBytes: number
  /** What it does in a second: passages, seconds of sound, pages, pictures. */
  perSecond: number
}
