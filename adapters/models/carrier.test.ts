import { randomInt } from 'node:crypto'
import { readFile, symlink, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { writeHead } from '../../core/models/bundle.ts'
import { importModels } from '../../core/models/import-models.ts'
import { fingerprintOf, signerFrom } from '../../core/models/signature.ts'
import type { ModelManifest, ModelShelf } from '../../core/ports/models.ts'
import { makeTinyModel, TINY_MODELS } from '../../scripts/tiny-models.ts'
import { temporaryFolder } from '../../tests/temporary-folder.ts'
import { testKeys } from '../../tests/test-keys.ts'
import { diskModelShelf } from './shelf.ts'

const { signal } = new AbortController()
const stranger = signerFrom(new Uint8Array(32).fill(7))

let root: string
let shelf: ModelShelf
let other: ModelShelf
let file: string

beforeEach(async () => {
  root = await temporaryFolder()
  shelf = diskModelShelf(join(root, 'here'), () => 0)
  other = diskModelShelf(join(root, 'there'), () => 0)
  file = join(root, 'models.onefold')
})

describe('a file of models', () => {
  it('carries models to another box, as they were, and is the same file each time', async () => {
    await shelved('embedding', 'image')
    await pack(file)
    await pack(`${file}.again`)
    expect(await readFile(file)).toEqual(await readFile(`${file}.again`))
    await take(file)
    const there = await other.list()
    const arrived = there.filter(({ state }) => state === 'whole')
    expect(arrived.map(({ name }) => name)).toEqual([TINY_MODELS.embedding, TINY_MODELS.image])
    for (const model of arrived) expect(await other.verify(model, { signal })).toEqual([])
    expect((await other.find('embedding'))?.name).toBe(TINY_MODELS.embedding)
  })

  it('is refused when any byte is another, wherever it is', async () => {
    await shelved('embedding')
    await pack(file)
    const whole = await readFile(file)
    const head = 700
    // The head, where every byte means something, and places all over the file.
    const places = [
      ...Array.from({ length: head / 2 }, (_, i) => 2 * i + randomInt(2)),
      ...Array.from({ length: 40 }, () => randomInt(head, whole.length)),
      whole.length - 1,
    ]
    let found = 0
    for (const at of places) {
      const changed = Buffer.from(whole)
      changed[at] = (changed[at] ?? 0) ^ (1 << randomInt(8))
      await writeFile(`${file}.bad`, changed)
      const refused = await take(`${file}.bad`).then(
        () => undefined,
        (error: { code: string }) => error.code,
      )
      if (refused === 'digest_mismatch' || refused === 'bad_request') found++
      else throw new Error(`byte ${at} was changed, and that was not found: ${refused}`)
    }
    expect(found).toBe(places.length)
    expect(await other.find('embedding')).toBeUndefined()
  }, 60_000)

  it('is refused when its end is missing, or there is more behind it', async () => {
    await shelved('embedding')
    await pack(file)
    const whole = await readFile(file)
    await writeFile(file, Buffer.concat([whole, Buffer.from('x')]))
    await expect(take(file)).rejects.toMatchObject({ reason: 'BUNDLE_CHANGED' })
    for (const length of [whole.length - 1, 200, 115, 20, 0]) {
      await writeFile(file, whole)
      await truncate(file, length)
      await expect(take(file)).rejects.toHaveProperty('code')
    }
    expect(await other.find('embedding')).toBeUndefined()
  })

  it('of an unknown key is taken once its fingerprint was confirmed, or is listed', async () => {
    await shelved('embedding')
    await pack(file, stranger)
    const fingerprint = fingerprintOf(stranger.publicKey)
    await expect(take(file)).rejects.toMatchObject({
      reason: 'UNKNOWN_KEY',
      detail: { fingerprint, models: [{ name: TINY_MODELS.embedding, kind: 'embedding' }] },
    })
    await expect(take(file, { trust: `SHA256:${'a'.repeat(43)}` })).rejects.toMatchObject({
      reason: 'UNKNOWN_KEY',
    })
    await take(file, { trust: fingerprint })
    await other.remove(TINY_MODELS.embedding)
    await writeFile(join(other.dir, 'trusted-keys'), `# ours\n${fingerprint} from the lab\n`)
    await take(file)
    expect(await other.find('embedding')).toBeDefined()
  })

  it('does not bring back an older state, unless that is wanted', async () => {
    const newer = await describing({ revisedAt: 2_000 })
    await other.shelve(newer.folder, [newer.manifest])
    const older = await describing({ revisedAt: 1_000 })
    await shelf.shelve(older.folder, [older.manifest])
    await pack(file)
    await expect(take(file)).rejects.toMatchObject({ reason: 'OLDER_MODEL' })
    await take(file, { allowOlder: true })
    expect((await other.find('embedding'))?.manifest?.revisedAt).toBe(1_000)
  })

  it('writes nothing outside its folder, whatever its list says', async () => {
    const evil = (change: object) =>
      Buffer.concat([
        writeHead([{ ...PLAIN, ...change } as ModelManifest], testKeys.signer),
        Buffer.from('x'),
      ])
    const of = (path: string) => ({ files: [{ ...ONE, path }] })
    const tricks = [
      of('../../out'),
      of('/etc/out'),
      of('a/../../out'),
      of('./a'),
      of('.hidden'),
      of('a//b'),
      of('a\\b'),
      of('a\0b'),
      of('onefold-model.json'),
      of('a/b/c/d/e'),
      of('x'.repeat(300)),
      { files: [ONE, { ...ONE, path: 'A' }, { ...ONE, path: 'a' }] },
      {
        files: [
          { ...ONE, path: 'a' },
          { ...ONE, path: 'a/b' },
        ],
      },
      { name: '../out' },
      { name: 'org/..' },
      { name: '.org/name' },
      { name: 'org/name/more' },
      { kind: 'virus' },
      { files: [] },
      { files: [{ ...ONE, sizeBytes: 2 ** 50 }] },
      { files: [{ ...ONE, sizeBytes: -1 }] },
      { files: [{ ...ONE, sha256: 'no' }] },
      { licence: 'two\nlines' },
    ]
    for (const trick of tricks) {
      await writeFile(file, evil(trick))
      await expect(take(file), JSON.stringify(trick)).rejects.toMatchObject({
        reason: 'BAD_MANIFEST',
      })
    }
    expect((await other.list()).filter(({ state }) => state !== 'builtin')).toEqual([])
  })

  it('is not read where it is a link, and models do not go where a link leads', async () => {
    await shelved('embedding')
    await pack(file)
    await symlink(file, `${file}.link`)
    await expect(take(`${file}.link`)).rejects.toMatchObject({ code: 'not_found' })
    await other.room() // makes the folder
    await symlink(root, join(other.dir, 'onefold'))
    await expect(take(file)).rejects.toMatchObject({ reason: 'MODEL_FOLDER' })
  })

  it('is refused where it does not fit', async () => {
    await shelved('embedding')
    await pack(file)
    other = diskModelShelf(join(root, 'there'), (total) => total)
    await expect(take(file)).rejects.toMatchObject({ reason: 'NO_ROOM_FOR_MODELS' })
  })

  it('is not written from a model whose bytes have changed', async () => {
    await shelved('embedding')
    const model = await shelf.find('embedding')
    await writeFile(join(model?.folder ?? '', 'config.json'), 'x')
    await expect(pack(file)).rejects.toMatchObject({ reason: 'MODEL_DAMAGED' })
    await expect(readFile(file)).rejects.toMatchObject({ code: 'ENOENT' })
  })
})

const ONE = { path: 'config.json', sizeBytes: 1, sha256: 'a'.repeat(64) }
const PLAIN: ModelManifest = {
  name: 'org/name',
  kind: 'embedding',
  licence: 'MIT',
  source: 'by hand',
  files: [ONE],
}

/** Puts tiny models on the shelf, with checksums. */
async function shelved(...kinds: (keyof typeof TINY_MODELS)[]): Promise<void> {
  for (const kind of kinds) await makeTinyModel(kind, shelf.dir)
  for (const model of await shelf.list()) {
    if (model.state === 'unverified') await shelf.adopt(model, 'MIT', { signal })
  }
}

async function pack(to: string, signer = testKeys.signer): Promise<void> {
  const models = (await shelf.list()).filter(({ state }) => state !== 'builtin')
  await shelf.carrier.pack(models, to, { signer, signal })
}

const take = (from: string, wish: { trust?: string; allowOlder?: boolean } = {}) =>
  importModels({ models: other, keys: testKeys }, { file: from, ...wish }, { signal })

/** A tiny model in a folder of its own, with a manifest that says more. */
async function describing(more: Partial<ModelManifest>) {
  const folder = join(root, `made-${more.revisedAt}`)
  await makeTinyModel('embedding', folder)
  const made = diskModelShelf(folder, () => 0)
  const model = await made.find('embedding')
  if (!model) throw new Error('the tiny model is none')
  return { folder, manifest: { ...(await made.adopt(model, 'MIT', { signal })), ...more } }
}
