import sharp from 'sharp'
import { expect, it, onTestFinished, vi } from 'vitest'
import { transformersPictures } from '../../adapters/transformers/pictures.ts'
import { makeTinyModel } from '../../scripts/tiny-models.ts'
import { temporaryFolder } from '../../tests/temporary-folder.ts'
import { understandingBox } from '../../tests/understanding-box.ts'
import { settleArrivals } from '../ingest/settle.ts'
import type { Job } from '../model/job.ts'
import { linkStep } from '../pipeline/link.ts'
import { pictureStep } from '../pipeline/picture.ts'
import { probeStep } from '../pipeline/probe.ts'
import { relinkOutdated } from '../upkeep/relink.ts'
import { search } from './search.ts'

// Each file goes through the whole queue, with all its syncs: on a busy disk that takes a while.
vi.setConfig({ testTimeout: 120_000 })

const steps = new Map([probeStep, pictureStep, linkStep].map((step) => [step.step, step]))

const picture = (background: string) =>
  sharp({ create: { width: 80, height: 60, channels: 3, background } })
    .png()
    .toBuffer()

/** A box with a model for pictures, in which nothing but pictures is looked at. */
async function boxWithPictures() {
  const on = await understandingBox()
  const modelsDir = await temporaryFolder()
  const model = await makeTinyModel('image', modelsDir)
  const pictures = await transformersPictures({ modelsDir, model })
  onTestFinished(() => pictures.close())
  await on.ports.catalog.spaces.adopt('picture', pictures.space, 0)
  const ports = { ...on.ports, pictures }
  const found = async (text: string, userId?: string) => {
    const access = await on.access(userId)
    const { hits } = await search(ports, access, { text, sort: 'best', limit: 20 })
    return hits.map(({ name, why }) => ({ name, why }))
  }
  const { catalog, clock } = on.ports
  /** Pictures wait for their text, too, which nobody reads here. */
  const release = async (versionId: string) => {
    await catalog.ingest.markLinked(versionId, clock.now())
  }
  return { ...on, ports, found, release, work: () => on.work({ pictures }, steps) }
}

it('finds pictures by what they show, for those who may see them', async () => {
  const on = await boxWithPictures()
  const mine = await on.chapter('Mine')
  const hidden = await on.chapter('Hidden')
  const reader = await on.reader(mine.bookId)
  const red = await on.store(mine.chapterId, 'a.png', await picture('#f01010'))
  const blue = await on.store(mine.chapterId, 'b.png', await picture('#1010f0'))
  const secret = await on.store(hidden.chapterId, 'c.png', await picture('#e81818'))
  await on.work()
  expect(await on.found('red')).toEqual([])
  for (const { version } of [red, blue, secret]) await on.release(version.id)
  expect(await on.found('something red', reader)).toEqual([{ name: 'a.png', why: ['picture'] }])
  expect((await on.found('red')).map(({ name }) => name).sort()).toEqual(['a.png', 'c.png'])
  expect(await on.found('blue', reader)).toEqual([{ name: 'b.png', why: ['picture'] }])
  // Letters are asked for: a picture's vector knows nothing of them.
  expect(await on.found('"red"', reader)).toEqual([])
  expect(await on.ports.catalog.spaces.list()).toMatchObject([
    { kind: 'text' },
    { kind: 'picture', state: 'active', contents: 3 },
  ])
})

it('finds a picture that others had before in its time, in every place where it is', async () => {
  const on = await boxWithPictures()
  const mine = await on.chapter('Mine')
  const hidden = await on.chapter('Hidden')
  const reader = await on.reader(mine.bookId)
  const red = await picture('#f01010')
  const theirs = await on.store(hidden.chapterId, 'theirs.png', red)
  await on.work()
  await on.release(theirs.version.id)
  const { version } = await on.store(mine.chapterId, 'mine.png', red)
  await settleArrivals(on.ports)
  const { signal } = new AbortController()
  const job = { step: 'link', digest: version.digest, versionId: version.id } as Job
  await linkStep.run(on.ports, job, { signal, progress() {} })
  // Its own picture step is still to be told.
  expect(await on.found('red', reader)).toEqual([])
  expect((await on.found('red')).map(({ name }) => name)).toEqual(['theirs.png'])
  await on.work()
  expect(await on.found('red', reader)).toEqual([{ name: 'mine.png', why: ['picture'] }])

  // Who linked it died before the index was told.
  const other = await on.chapter('Other')
  const late = await on.store(other.chapterId, 'late.png', red)
  await on.work()
  await on.release(late.version.id)
  const lateReader = await on.reader(other.bookId)
  expect(await on.found('red', lateReader)).toEqual([])
  expect(await relinkOutdated(on.ports, signal)).toEqual({ relinked: 1 })
  expect(await on.found('red', lateReader)).toEqual([{ name: 'late.png', why: ['picture'] }])
  expect(await relinkOutdated(on.ports, signal)).toEqual({ relinked: 0 })
})

it('says what is missing where there is no model for pictures', async () => {
  const on = await boxWithPictures()
  const { chapterId } = await on.chapter('Mine')
  const { version } = await on.store(chapterId, 'a.png', await picture('#f01010'))
  const { signal } = new AbortController()
  const ports = { ...on.ports, pictures: undefined }
  const context = { signal, progress: () => undefined }
  const job = { digest: version.digest } as Parameters<typeof pictureStep.run>[1]
  expect(await pictureStep.run(ports, job, context)).toMatchObject({
    state: 'skipped',
    reason: 'NO_IMAGE_MODEL',
  })
})
