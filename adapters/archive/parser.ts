import type { Parser } from '../../core/ports/parser.ts'
import { holdsTar, listGzip } from './gzip.ts'
import { refused } from './limits.ts'
import { listTar } from './tar.ts'
import { unpackGzip, unpackTar, unpackZip } from './unpack.ts'
import { listZip } from './zip.ts'

/** What is in an archive, by the names that it states: each is a part with its path. */
export const archiveParser: Parser = {
  async extract(file) {
    if (file.mediaType === 'application/x-tar') return listTar(file, false)
    if (file.mediaType !== 'application/gzip') return listZip(file)
    return holdsTar(file) ? listTar(file, true) : listGzip(file)
  },

  unpack(file, entries) {
    if (file.mediaType === 'application/x-tar') return unpackTar(file, entries, false)
    if (file.mediaType !== 'application/gzip') return unpackZip(file, entries)
    return holdsTar(file) ? unpackTar(file, entries, true) : unpackGzip(file, entries)
  },
}

const NOT_LISTED =
  'Archives of this kind are not listed: it is found by its own name. Packed as zip or tar.gz, what is in it is found, too.'

/** Archives for which there is no reader on this box. */
export const unlistedParser: Parser = {
  extract: async () => {
    throw refused('NOT_LISTED', NOT_LISTED)
  },
}
