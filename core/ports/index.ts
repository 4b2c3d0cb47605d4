import type { Keys } from '../keys.ts'
import type { BlobStore } from './blob-store.ts'
import type { Catalog } from './catalog/catalog.ts'
import type { Clock } from './clock.ts'
import type { Directory } from './directory.ts'
import type { Embedder } from './embedder.ts'
import type { Embedders } from './embedders.ts'
import type { Extractor } from './extractor.ts'
import type { IdentityProvider } from './identity-provider.ts'
import type { Kv } from './kv.ts'
import type { Log } from './log.ts'
import type { ModelShelf } from './models.ts'
import type { OneTimeCodes } from './one-time-codes.ts'
import type { PictureEmbedder } from './picture-embedder.ts'
import type { Provider } from './provider.ts'
import type { ShareMeter } from './share-meter.ts'
import type { Transcriber } from './transcriber.ts'
import type { VectorIndex } from './vector-index.ts'

export type { BlobFile, BlobStore, CloneSource, CopySource, StagedBlob } from './blob-store.ts'
export type * from './catalog/archives.ts'
export type * from './catalog/care.ts'
export type { Catalog } from './catalog/catalog.ts'
export type * from './catalog/copies.ts'
export type * from './catalog/directories.ts'
export type * from './catalog/history.ts'
export type * from './catalog/holders.ts'
export type * from './catalog/ingest.ts'
export type * from './catalog/inside.ts'
export type * from './catalog/jobs.ts'
export type * from './catalog/journal.ts'
export type * from './catalog/leaving.ts'
export type * from './catalog/library.ts'
export type * from './catalog/model-work.ts'
export type * from './catalog/near.ts'
export type * from './catalog/passages.ts'
export type * from './catalog/people.ts'
export type * from './catalog/possession.ts'
export type * from './catalog/probers.ts'
export type * from './catalog/second-steps.ts'
export type * from './catalog/settings.ts'
export type * from './catalog/shares.ts'
export type * from './catalog/spaces.ts'
export type * from './catalog/units.ts'
export type * from './catalog/unread.ts'
export type { Clock } from './clock.ts'
export type * from './directory.ts'
export type { Embedder, Space } from './embedder.ts'
export type { Embedders } from './embedders.ts'
export type {
  Extraction,
  Extractor,
  OcrPage,
  OcrRequest,
  Probe,
  UnpackedEntry,
  WantedEntry,
} from './extractor.ts'
export type * from './identity-provider.ts'
export type { KeyRing } from './key-ring.ts'
export type { Kv } from './kv.ts'
export type { Log } from './log.ts'
export type * from './models.ts'
export type { OneTimeCodes } from './one-time-codes.ts'
export type { PictureEmbedder } from './picture-embedder.ts'
export type { Provider } from './provider.ts'
export type { Rereader } from './rereader.ts'
export type { ShareMeasures, ShareMeter } from './share-meter.ts'
export type { Listened, Listening, Segment, Transcriber } from './transcriber.ts'
export type { SpaceVectors, VectorIndex, VectorRow } from './vector-index.ts'

/** Everything the core may ask of the outside world. */
export interface Ports {
  blobs: BlobStore
  catalog: Catalog
  extractor: Extractor
  /** Of the space of texts that answers. Another one after a switch: take it once per operation. */
  readonly embedder: Embedder
  index: VectorIndex
  /** Undefined without a speech model. */
  transcriber: Transcriber | undefined
  /** A service that hears recordings; only those of books whose contents may leave the house. */
  transcriberElsewhere?: Transcriber
  /** Of the space of pictures that answers; undefined without a model for them. */
  readonly pictures: PictureEmbedder | undefined
  embedders: Embedders
  models: ModelShelf
  clock: Clock
  log: Log
  shareMeter: ShareMeter
  keys: Keys
  kv: Kv
  oneTimeCodes: OneTimeCodes
  /** Absent without one in the configuration: there are local accounts alone then. */
  directory?: Directory
  /** Absent without one in the configuration. */
  identityProvider?: IdentityProvider
  /** Further stores, in the order of the configuration. */
  providers: readonly Provider[]
}
