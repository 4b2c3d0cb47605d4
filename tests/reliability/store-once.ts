// Stores one content on a disk that may fail it, and tells how that ended and what is left of it.
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { diskBlobStore } from '../../adapters/disk/blob-store.ts'
import { sqlCatalog } from '../../adapters/sql/catalog.ts'
import { AppError } from '../../core/errors.ts'
import { commitStaged } from '../../core/ingest/commit-version.ts'
import type { NewVersion } from '../../core/ports/index.ts'
import { testKeys } from '../test-keys.ts'

const [root = '', seed = '{}'] = process.argv.slice(2)
const catalog = sqlCatalog(join(root, 'catalog.sqlite'), testKeys)
const blobs = await diskBlobStore(root)
const staged = await blobs.stage(bytes())
const version = { ...(JSON.parse(seed) as NewVersion), ...staged }
const ended = await commitStaged({ blobs, catalog }, staged, version).then(
  () => ({ code: 'stored' }),
  ({ code, reason }: AppError) => ({ code, reason }),
)
const files: string[] = []
for await (const { path } of blobs.list()) files.push(path)
console.log(
  JSON.stringify({
    ...ended,
    files: files.length,
    staged: (await readdir(join(root, 'staging'))).length,
    intents: (await catalog.blobs.intents()).length,
  }),
)
await catalog.close()

async function* bytes(): AsyncGenerator<Uint8Array> {
  yield Buffer.from('bytes that a disk may lose')
}
