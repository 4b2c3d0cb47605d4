import Sqlite from 'better-sqlite3'

/** The catalog as far as the blob protocol is concerned. */
export interface CatalogRows {
  blobs: { id: number; path: string; refs: number; state: string }[]
  intents: string[]
  reaps: string[]
  versions: { id: string; blob_id: number }[]
}

/** Takes and restores whole catalogs beside whoever has one open. */
export interface CatalogImages {
  take(): { image: Buffer; rows: CatalogRows }
  /** Nobody may be in the middle of anything. */
  restore(image: Buffer): Promise<void>
  close(): void
}

/** Copies page by page under those who use it: to open a catalog anew takes ten times as long. */
export function catalogImages(path: string): CatalogImages {
  const beside = new Sqlite(path)
  const rows = rowsReader(beside)
  let last: { image: Buffer; rows: CatalogRows } | undefined
  let version: unknown
  const dataVersion = () => beside.pragma('data_version', { simple: true })
  return {
    take() {
      if (last && version === dataVersion()) return last
      version = dataVersion()
      last = { image: beside.serialize(), rows: rows() }
      return last
    },
    async restore(image) {
      if (last?.image === image && version === dataVersion()) return
      const source = new Sqlite(walLess(image))
      await source.backup(path)
      source.close()
      last = undefined
    },
    close: () => void beside.close(),
  }
}

function rowsReader(database: Sqlite.Database): () => CatalogRows {
  const blobs = database.prepare('select id, path, refs, state from blobs order by id')
  const versions = database.prepare('select id, blob_id from versions order by id')
  const intents = database.prepare('select path from blob_intents order by path').pluck()
  const reaps = database.prepare('select path from blob_reaps order by path').pluck()
  return () => ({
    blobs: blobs.all() as CatalogRows['blobs'],
    versions: versions.all() as CatalogRows['versions'],
    intents: intents.all() as string[],
    reaps: reaps.all() as string[],
  })
}

/** An image in memory has no log beside it: the format's two version bytes say so. */
function walLess(image: Buffer): Buffer {
  const copy = Buffer.from(image)
  copy[18] = 1
  copy[19] = 1
  return copy
}
