import { readExtractionAnswer, readProbe } from '../adapters/child/answer.ts'
import { parsers } from '../config/parsers.ts'
import { AppError } from '../core/errors.ts'
import { parserFile } from '../core/pipeline/parser-file.ts'
import { readUnpacked } from '../core/pipeline/unpacked.ts'
import type { BlobFile, Extractor } from '../core/ports/index.ts'
import { answerRequest, type Request } from '../worker/parse/answer.ts'

/**
 * The parsers of the product in this process, without walls: for tests of what becomes of many small
 * files, where a process for each would be most of the time. Makes no pictures.
 */
export function nearExtractor(far: Extractor): Extractor {
  const answer = ({ fd }: Pick<BlobFile, 'fd'>, request: Request) => {
    const file = parserFile(fd, request.mediaType)
    return answerRequest(parsers, { request, file }, { progress: () => {}, segments: () => {} })
  }
  return {
    ...far,
    async probe(file, name) {
      const extension = /\.[^.]*$/.exec(name)?.[0] ?? ''
      return readProbe(await answer(file, { op: 'probe', mediaType: '', extension }))
    },
    extract: async (file, mediaType) =>
      readExtractionAnswer(await answer(file, { op: 'extract', mediaType })),
    async unpack(file, mediaType, entries) {
      const all = [...entries]
      return readUnpacked(await answer(file, { op: 'unpack', mediaType, entries: all })) ?? []
    },
    async preview() {
      throw new AppError('unsupported_type', 'No pictures here.', { reason: 'NO_PREVIEW' })
    },
  }
}
