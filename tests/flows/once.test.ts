import { readFile } from 'node:fs/promises'
import { expect, it } from 'vitest'
import type { Digest } from '../../core/digest.ts'
import { fixture } from '../open-file.ts'
import { understandingBox } from '../understanding-box.ts'
import { watchedParsers } from '../watched-parsers.ts'

/** A thousand as a proof of its own; a few are as many to the code. */
const POINTERS = Number(process.env.ONEFOLD_TEST_POINTERS ?? 12)

it('M3: however many point to one PDF, it is read once and embedded once', {
  timeout: 120_000 + POINTERS * 2_000,
}, async () => {
  const on = await understandingBox()
  const chapters = [await on.chapter('Mine'), await on.chapter('Yours')]
  const pdf = await readFile(fixture('handbook.pdf'))
  const { extractor, started } = watchedParsers()
  const embedded: string[] = []
  const embedder: typeof on.ports.embedder = {
    ...on.ports.embedder,
    embed(texts, ...rest) {
      embedded.push(...texts)
      return on.ports.embedder.embed(texts, ...rest)
    },
  }
  const digests = new Set<Digest>()
  for (let n = 0; n < POINTERS; n++) {
    const { chapterId = '' } = chapters[n % 2] ?? {}
    const { version } = await on.store(chapterId, `copy-${n}.pdf`, pdf)
    digests.add(version.digest)
    // Some come while the first is being read, others long after it.
    if (n % 10 === 9) await on.work({ extractor, embedder })
  }
  await on.work({ extractor, embedder })
  const starts = (op: string) => started.filter((each) => each.op === op).length
  expect([starts('probe'), starts('extract'), starts('preview'), starts('ocr')]).toEqual([
    1, 1, 1, 0,
  ])
  const [digest, ...others] = digests
  expect(others).toEqual([])
  const chunks = digest ? await on.ports.catalog.passages.of(digest) : []
  expect(embedded).toHaveLength(chunks.length)
  expect(await on.ports.index.count()).toBe(chunks.length)
  expect((await on.found('lighthouse')).length).toBe(Math.min(POINTERS, 50))
})
