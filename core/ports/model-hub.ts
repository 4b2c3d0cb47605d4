import type { LongWork, ModelFile, ModelKind, ModelManifest } from './models.ts'

/** What is asked of a source of models. */
export interface HubWish {
  /** `<organization>/<name>`, or `tesseract/<language>`. */
  name: string
  /** What it is for, where the source does not say. */
  kind?: ModelKind
  /** A branch, a tag or a commit; the source's usual one without it. */
  revision?: string
  /** Base address, instead of the one of the configuration. */
  from?: string
}

/** A file that a source has. */
export interface HubFile extends Pick<ModelFile, 'path' | 'sizeBytes'> {
  url: string
  /** What the source promises of it, as it counts: SHA-256, or that of git; neither is possible. */
  sha256?: string
  gitSha1?: string
}

/** A model as its source offers it: what would be fetched. */
export interface HubOffer extends Omit<ModelManifest, 'files'> {
  files: HubFile[]
}

/** A source of models on a network. Asked on an administrator's command alone, never of itself. */
export interface ModelHub {
  /**
   * @throws AppError `not_found` (reason `HUB_NOT_FOUND`), `forbidden` (reason `HUB_REFUSED`),
   * `unsupported_type` (reason `MODEL_LAYOUT`), `unavailable` (reason `HUB_UNREACHABLE`,
   * `HUB_ANSWER`)
   */
  offer(wish: HubWish, signal: AbortSignal): Promise<HubOffer>
  /**
   * Fetches all files into `folder`, going on where an earlier try ended, and checks them. Only what
   * is whole and right has its name there.
   *
   * @throws AppError as `offer`, and `digest_mismatch` (reason `HUB_CHECKSUM`)
   */
  fetch(offer: HubOffer, folder: string, work: LongWork): Promise<ModelManifest>
}
