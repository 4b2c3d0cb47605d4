import { mkdir, readdir, readFile, rename, stat, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import type { ModelShelf } from '../../core/ports/models.ts'
import { makeTinyModel, TINY_MODELS } from '../../scripts/tiny-models.ts'
import { temporaryFolder } from '../../tests/temporary-folder.ts'
import { diskModelShelf } from './shelf.ts'

const { signal } = new AbortController()

let dir: string
let shelf: ModelShelf

beforeEach(async () => {
  dir = join(await temporaryFolder(), 'models')
  shelf = diskModelShelf(dir, () => 0)
})

const own = async () => (await shelf.list()).filter(({ state }) => state !== 'builtin')

describe('the shelf of models', () => {
  it('is empty where there is no folder, but for languages that came with the product', async () => {
    const all = await shelf.list()
    expect(await own()).toEqual([])
    const german = all.find(({ name }) => name === 'tesseract/deu')
    expect(german).toMatchObject({
      builtin: {
        licence: 'Apache-2.0',
        source: expect.stringMatching(
          /^(Debian package tesseract-ocr-deu|npm package @tess.*deu)$/,
        ),
        sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      },
    })
    expect(all.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['tesseract/deu', 'tesseract/eng', 'tesseract/fra']),
    )
    expect(await shelf.find('ocr')).toBeUndefined()
    expect(await shelf.find('embedding')).toBeUndefined()
  })

  it('finds what was put there by hand, of every kind, and says that nobody verified it', async () => {
    for (const kind of ['embedding', 'image', 'speech'] as const) await makeTinyModel(kind, dir)
    await mkdir(join(dir, 'tesseract', 'lat'), { recursive: true })
    await writeFile(join(dir, 'tesseract', 'lat', 'lat.traineddata'), 'x')
    await mkdir(join(dir, 'acme', 'not-a-model'), { recursive: true })
    await writeFile(join(dir, 'acme', 'not-a-model', 'config.json'), 'no JSON')
    await writeFile(join(dir, 'trusted-keys'), '')
    expect((await own()).map(({ kind, name, state }) => ({ kind, name, state }))).toEqual([
      { kind: 'embedding', name: TINY_MODELS.embedding, state: 'unverified' },
      { kind: 'image', name: TINY_MODELS.image, state: 'unverified' },
      { kind: 'ocr', name: 'tesseract/lat', state: 'unverified' },
      { kind: 'speech', name: TINY_MODELS.speech, state: 'unverified' },
    ])
    expect((await shelf.find('speech'))?.name).toBe(TINY_MODELS.speech)
  })

  it('follows a link that was put there by hand, and does not list it with checksums', async () => {
    const elsewhere = await temporaryFolder()
    await makeTinyModel('embedding', elsewhere)
    await mkdir(join(dir, 'acme'), { recursive: true })
    await symlink(join(elsewhere, TINY_MODELS.embedding), join(dir, 'acme', 'linked'))
    expect(await shelf.find('embedding')).toMatchObject({
      name: 'acme/linked',
      state: 'unverified',
    })
  })

  it('uses the first by name, and none whose files are not all there', async () => {
    await makeTinyModel('embedding', dir, { name: 'bbb/second' })
    await makeTinyModel('embedding', dir, { name: 'aaa/first' })
    const [first] = await own()
    await shelf.adopt(first as never, 'MIT', { signal })
    expect((await shelf.find('embedding'))?.name).toBe('aaa/first')
    await writeFile(join(dir, 'aaa', 'first', 'config.json'), 'cut')
    expect((await own())[0]).toMatchObject({ name: 'aaa/first', state: 'broken' })
    expect((await shelf.find('embedding'))?.name).toBe('bbb/second')
  })

  it('reads every byte to verify, and names what is wrong', async () => {
    await makeTinyModel('embedding', dir)
    const [unverified] = await own()
    await shelf.adopt(unverified as never, 'MIT', { signal })
    const [model] = await own()
    const seen: number[] = []
    const onProgress = (done: number) => void seen.push(done)
    expect(await shelf.verify(model as never, { signal, onProgress })).toEqual([])
    expect(seen.at(-1)).toBe(model?.sizeBytes)
    const path = join(model?.folder ?? '', 'onnx', 'model.onnx')
    const bytes = await readFile(path)
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1
    await writeFile(path, bytes)
    expect((await own())[0]?.state).toBe('whole') // as far as sizes tell
    expect(await shelf.verify(model as never, { signal })).toEqual(['onnx/model.onnx'])
  })

  it('removes a model at once, and nothing by a path', async () => {
    await makeTinyModel('embedding', dir)
    await shelf.remove(TINY_MODELS.embedding)
    expect(await own()).toEqual([])
    for (const name of [TINY_MODELS.embedding, '../models', 'a/..', '.staging/x']) {
      await expect(shelf.remove(name)).rejects.toMatchObject({ code: 'not_found' })
    }
  })

  it('puts nothing together by a path', async () => {
    for (const name of ['..', '../x', 'fetch-a/../../..', 'a/b', 'a\\b', 'a\0', '', '.x', 'a..b']) {
      await expect(shelf.stage(name)).rejects.toThrow('no name of a folder')
    }
  })

  it('lets everybody read what it put there, whatever the umask', async () => {
    const umask = process.umask(0o077)
    onTestFinished(() => void process.umask(umask))
    const folder = await shelf.stage('import-1')
    await mkdir(join(folder, 'tesseract', 'lat'), { recursive: true })
    await writeFile(join(folder, 'tesseract', 'lat', 'lat.traineddata'), 'x')
    await makeTinyModel('embedding', folder)
    const described = { licence: 'MIT', source: 'by hand', files: [] }
    await shelf.shelve(folder, [
      { ...described, name: TINY_MODELS.embedding, kind: 'embedding' },
      { ...described, name: 'tesseract/lat', kind: 'ocr' },
    ])
    const all = await readdir(dir, { recursive: true, withFileTypes: true })
    const shown = all.filter(({ parentPath, name }) => !join(parentPath, name).includes('/.'))
    const closed = []
    for (const { parentPath, name } of shown) {
      const about = await stat(join(parentPath, name))
      const wanted = about.isDirectory() ? 0o755 : 0o644
      if ((about.mode & 0o777) !== wanted) closed.push(join(parentPath, name))
    }
    expect(closed).toEqual([])
    expect(shown.length).toBeGreaterThan(8)
    expect((await stat(dir)).mode & 0o777).toBe(0o755)
    // What is not on the shelf yet is nobody's.
    expect((await stat(join(dir, '.staging'))).mode & 0o777).toBe(0o700)
  })

  it('puts several in their places, or none where one cannot be', async () => {
    const described = { licence: 'MIT', source: 'by hand', files: [] }
    await mkdir(dir, { recursive: true })
    await symlink(await temporaryFolder(), join(dir, 'linked'))
    const folder = await shelf.stage('import-1')
    await makeTinyModel('embedding', folder)
    await makeTinyModel('image', folder, { name: 'linked/image' })
    const work = shelf.shelve(folder, [
      { ...described, name: TINY_MODELS.embedding, kind: 'embedding' },
      { ...described, name: 'linked/image', kind: 'image' },
    ])
    await expect(work).rejects.toMatchObject({ reason: 'MODEL_FOLDER' })
    await shelf.recover()
    expect(await own()).toEqual([])
  })

  it.each([
    ['before the first', []],
    ['after the first', ['a/one']],
    ['within the second', ['a/one', 'aside']],
    ['after the last', ['a/one', 'b/two']],
  ])('goes on with several models where a process ended %s was in its place', async (_, done) => {
    await makeTinyModel('embedding', dir, { name: 'a/one' })
    await makeTinyModel('embedding', dir, { name: 'b/two' })
    for (const name of ['a/one', 'b/two']) await writeFile(join(dir, name, 'state'), 'old')
    const folder = join(dir, '.shelving')
    await makeTinyModel('embedding', folder, { name: 'a/one' })
    await makeTinyModel('embedding', folder, { name: 'b/two' })
    for (const name of ['a/one', 'b/two']) await writeFile(join(folder, name, 'state'), 'new')
    await mkdir(join(dir, '.replaced'))
    for (const each of done) {
      const name = each === 'aside' ? 'b/two' : each
      await rename(join(dir, name), join(dir, '.replaced', name.replace('/', '@')))
      if (each !== 'aside') await rename(join(folder, name), join(dir, name))
    }
    await shelf.recover()
    for (const name of ['a/one', 'b/two']) {
      expect(await readFile(join(dir, name, 'state'), 'utf8')).toBe('new')
    }
    expect(await readdir(join(dir, '.replaced'))).toEqual([])
    expect(await readdir(dir)).not.toContain('.shelving')
  })

  it('puts back what a process that ended had set aside, and clears what it left half done', async () => {
    await makeTinyModel('embedding', dir)
    await mkdir(join(dir, '.replaced'))
    await rename(
      join(dir, TINY_MODELS.embedding),
      join(dir, '.replaced', 'onefold@tiny-bag-of-words'),
    )
    await makeTinyModel('embedding', await shelf.stage('import-1'))
    await shelf.stage('fetch-acme@tiny')
    expect(await own()).toEqual([])
    await shelf.recover()
    expect((await own()).map(({ name }) => name)).toEqual([TINY_MODELS.embedding])
    expect(await readdir(join(dir, '.staging'))).toEqual(['fetch-acme@tiny'])
  })
})
