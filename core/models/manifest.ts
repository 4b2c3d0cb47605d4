import { createHash } from 'node:crypto'
import { AppError } from '../errors.ts'
import type { ModelFile, ModelKind, ModelManifest } from '../ports/models.ts'

/** Name of the manifest in a model's folder. */
export const MANIFEST_FILE = 'onefold-model.json'

export const MODEL_KINDS: readonly ModelKind[] = ['embedding', 'speech', 'ocr', 'image']

const MOST_FILES = 2_000
const MOST_FILE_BYTES = 64 * 2 ** 30
const MOST_PATH = 200
const DEEPEST = 4
const SHA256 = /^[0-9a-f]{64}$/
/** No dot in front: nothing hidden, no `.`, no `..`. */
const SEGMENT = /^[A-Za-z0-9_][A-Za-z0-9._+-]*$/
const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,95}\/[A-Za-z0-9_][A-Za-z0-9._-]{0,95}$/

/** Whether `name` is `<organization>/<name>` and nothing that leads elsewhere. */
export const isModelName = (name: string): boolean => NAME.test(name) && !name.includes('..')

/** @throws AppError `bad_request` (reason `MODEL_NAME`) */
export function requireModelName(name: string): string {
  if (isModelName(name)) return name
  throw new AppError('bad_request', `"${name}" is no name of a model: use organization/name.`, {
    reason: 'MODEL_NAME',
  })
}

/** Whether `path` stays below the folder it is put into, on every system. */
export function isModelPath(path: string): boolean {
  const segments = path.split('/')
  return (
    path.length <= MOST_PATH &&
    segments.length <= DEEPEST &&
    segments.every((segment) => SEGMENT.test(segment)) &&
    path !== MANIFEST_FILE
  )
}

/**
 * Reads a manifest that may come from anybody. What is not named here is dropped.
 *
 * @throws AppError `bad_request` (reason `BAD_MANIFEST`) that says what is wrong
 */
export function readManifest(value: unknown): ModelManifest {
  if (typeof value !== 'object' || value === null) throw bad('it is no object')
  const { name, kind, licence, revision, revisedAt, source, files } = value as Record<
    string,
    unknown
  >
  if (typeof name !== 'string' || !isModelName(name)) throw bad('the name is none')
  if (!MODEL_KINDS.some((each) => each === kind)) throw bad(`the kind of ${name} is not known here`)
  if (!isLine(licence) || !isLine(source)) throw bad(`${name} lacks its licence or its source`)
  if (revision !== undefined && !isLine(revision)) throw bad(`the revision of ${name} is none`)
  if (revisedAt !== undefined && !isCount(revisedAt)) throw bad(`the date of ${name} is none`)
  return {
    name,
    kind: kind as ModelKind,
    licence,
    ...(revision !== undefined && { revision }),
    ...(revisedAt !== undefined && { revisedAt }),
    source,
    files: readFiles(name, files),
  }
}

function readFiles(name: string, value: unknown): ModelFile[] {
  if (!Array.isArray(value) || value.length === 0) throw bad(`${name} has no files`)
  if (value.length > MOST_FILES) throw bad(`${name} has more than ${MOST_FILES} files`)
  const files = value.map((each: unknown) => readFile(name, each))
  const paths = files.map(({ path }) => path.toLowerCase())
  const taken = new Set(paths)
  if (taken.size < paths.length) throw bad(`${name} has two files of one name`)
  const isBelowFile = paths.some((path) =>
    path.split('/').some((_, i, all) => i > 0 && taken.has(all.slice(0, i).join('/'))),
  )
  if (isBelowFile) throw bad(`${name} has a file that is a folder, too`)
  return files.toSorted((a, b) => (a.path < b.path ? -1 : 1))
}

function readFile(name: string, value: unknown): ModelFile {
  const { path, sizeBytes, sha256 } = (value ?? {}) as Record<string, unknown>
  if (typeof path !== 'string' || !isModelPath(path)) {
    throw bad(`${name} has a file with a name that is not allowed`)
  }
  if (!isCount(sizeBytes) || sizeBytes > MOST_FILE_BYTES) {
    throw bad(`the size of ${path} in ${name} is not allowed`)
  }
  if (typeof sha256 !== 'string' || !SHA256.test(sha256)) {
    throw bad(`${path} in ${name} has no checksum`)
  }
  return { path, sizeBytes, sha256 }
}

const isLine = (value: unknown): value is string =>
  typeof value === 'string' && /^[\x20-\x7e]{1,300}$/.test(value)

const isCount = (value: unknown): value is number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0

const bad = (what: string) =>
  new AppError('bad_request', `The description of the models is not right: ${what}.`, {
    reason: 'BAD_MANIFEST',
  })

/**
 * One checksum for a model, 64 hex characters: that of its file, or of what `sha256sum` writes of
 * its files, by path (`<sha256>  <path>`, a line each).
 */
export function checksumOf({ files }: Pick<ModelManifest, 'files'>): string {
  const [first] = files
  if (first && files.length === 1) return first.sha256
  const lines = files.map(({ path, sha256 }) => `${sha256}  ${path}\n`)
  return createHash('sha256').update(lines.join('')).digest('hex')
}

/** Bytes of all files of a model. */
export const sizeOf = ({ files }: { files: readonly Pick<ModelFile, 'sizeBytes'>[] }): number =>
  files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)

/** Whether `next` would bring back an older state than `there`; unknown dates are no older. */
export const isOlder = (next: ModelManifest, there: ModelManifest | undefined): boolean =>
  there?.revisedAt !== undefined && next.revisedAt !== undefined && next.revisedAt < there.revisedAt
