import { AppError } from '../../core/errors.ts'
import { isModelPath, requireModelName } from '../../core/models/manifest.ts'
import type { HubFile, HubOffer, HubWish, ModelHub } from '../../core/ports/model-hub.ts'
import type { ModelKind } from '../../core/ports/models.ts'
import { askHub, type HubAccess, promptly } from './hub-call.ts'
import { fetchFile } from './hub-file.ts'
import { OCR_ORGANIZATION, WEIGHTS } from './kind.ts'

export interface HubOptions {
  /** Base address of a hub that speaks as huggingface.co does. */
  hub: string
  /** Address of a folder of `<language>.traineddata`. */
  languages: string
  /** For models that are given to known people only; sent to `hub` alone. */
  token?: string
  /** A connection that gives nothing for this long is made anew. */
  idleMs?: number
  /** Before the second try; longer before each further one. */
  retryMs?: number
}

/** Sources of models on the internet, or a mirror of them. */
export function webModelHub(options: HubOptions): ModelHub {
  const access: HubAccess = {
    idleMs: options.idleMs ?? 30_000,
    retryMs: options.retryMs ?? 1_000,
    ...(options.token !== undefined && {
      token: { secret: options.token, origin: new URL(options.hub).origin },
    }),
  }
  return {
    async offer(wish, signal) {
      requireModelName(wish.name)
      const [organization] = wish.name.split('/')
      return organization === OCR_ORGANIZATION
        ? offerLanguage(access, { ...wish, from: wish.from ?? options.languages }, signal)
        : offerModel(access, { ...wish, from: wish.from ?? options.hub }, signal)
    },

    async fetch({ files, ...about }, folder, { signal, onProgress }) {
      const total = files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
      const fetched = []
      let before = 0
      for (const file of files) {
        const { sizeBytes, sha256 } = await fetchFile(access, {
          file,
          folder,
          signal,
          onProgress: (bytes) => onProgress?.(before + bytes, total),
        })
        before += sizeBytes
        fetched.push({ path: file.path, sizeBytes, sha256 })
      }
      return { ...about, files: fetched }
    },
  }
}

/** What `api/models/<name>` says, as far as it matters here. */
interface ModelInfo {
  sha?: string
  lastModified?: string
  pipeline_tag?: string
  config?: { model_type?: string }
  cardData?: { license?: string | string[] }
  siblings?: Sibling[]
}

interface Sibling {
  rfilename: string
  size?: number
  blobId?: string
  lfs?: { sha256?: string; size?: number }
}

type FromSomewhere = HubWish & { from: string }

async function offerModel(
  access: HubAccess,
  wish: FromSomewhere,
  signal: AbortSignal,
): Promise<HubOffer> {
  const base = wish.from.replace(/\/+$/, '')
  const revision =
    wish.revision === undefined ? '' : `/revision/${encodeURIComponent(wish.revision)}`
  const response = await askHub(
    access,
    `${base}/api/models/${wish.name}${revision}?blobs=true`,
    signal,
  )
  const info = (await promptly(access, response.json())) as ModelInfo
  const kind = wish.kind ?? kindOfOffer(info)
  const commit = commitOf(info, base) ?? wish.revision ?? 'main'
  const files = chosenFiles(wish.name, kind, listedFiles(info, base)).map(
    (sibling): HubFile => ({
      path: sibling.rfilename,
      sizeBytes: sibling.lfs?.size ?? sibling.size ?? 0,
      // By its commit, so that the list and the files are of one state.
      url: `${base}/${wish.name}/resolve/${encodeURIComponent(commit)}/${sibling.rfilename}`,
      ...(sibling.lfs?.sha256 !== undefined
        ? { sha256: sibling.lfs.sha256 }
        : sibling.blobId !== undefined && { gitSha1: sibling.blobId }),
    }),
  )
  return {
    name: wish.name,
    kind,
    licence: licenceOf(info),
    revision: commit,
    ...revisedAtOf(info),
    source: `${base}/${wish.name}`,
    files,
  }
}

const COMMIT = /^[0-9a-f]{7,64}$/

function commitOf({ sha }: ModelInfo, base: string): string | undefined {
  if (sha === undefined || (typeof sha === 'string' && COMMIT.test(sha))) return sha
  throw nonsense(base, 'the commit of the model')
}

function listedFiles({ siblings = [] }: ModelInfo, base: string): Sibling[] {
  if (Array.isArray(siblings) && siblings.every(({ rfilename }) => staysBelow(rfilename))) {
    return siblings
  }
  throw nonsense(base, 'the name of a file')
}

/** Names that no honest list has; what is merely of no use here is left out later. */
const staysBelow = (path: unknown): boolean =>
  typeof path === 'string' &&
  !/^\/|[\\\0]/.test(path) &&
  !path.split('/').some((segment) => segment === '..')

const nonsense = (base: string, what: string) =>
  new AppError('unavailable', `${base} does not answer as a hub does: ${what} is none.`, {
    reason: 'HUB_ANSWER',
  })

function kindOfOffer({ pipeline_tag: task, config }: ModelInfo): ModelKind {
  if (config?.model_type === 'whisper' || task === 'automatic-speech-recognition') return 'speech'
  if (config?.model_type === 'clip' || task === 'zero-shot-image-classification') return 'image'
  if (task === 'feature-extraction' || task === 'sentence-similarity') return 'embedding'
  throw new AppError(
    'bad_request',
    'The source does not say what this model is for. Say it with --kind embedding, speech or image.',
    { reason: 'MODEL_KIND' },
  )
}

function licenceOf({ cardData }: ModelInfo): string {
  const stated = [cardData?.license ?? 'unknown'].flat().join(', ')
  return stated.replace(/[^\x20-\x7e]/g, '?').slice(0, 300) || 'unknown'
}

function revisedAtOf({ lastModified }: ModelInfo): { revisedAt?: number } {
  const at = Date.parse(lastModified ?? '')
  return Number.isNaN(at) ? {} : { revisedAt: at }
}

/** Settings, vocabularies and terms; of weights only those that are used here. */
const SMALL_FILE = /^(1_Pooling\/config\.json|LICENSE(\.[a-z]+)?|[\w.-]+\.(json|txt|model))$/

function chosenFiles(name: string, kind: ModelKind, all: readonly Sibling[]): Sibling[] {
  const has = (path: string) => all.some(({ rfilename }) => rfilename === path)
  const weights = WEIGHTS[kind].map((names) => names.find(has))
  if (weights.includes(undefined) || weights.length === 0 || !has('config.json')) {
    throw new AppError(
      'unsupported_type',
      `${name} is not in the layout of transformers.js: it lacks ${WEIGHTS[kind].map((names) => names.at(-1)).join(' or ')}.`,
      { reason: 'MODEL_LAYOUT' },
    )
  }
  // Weights above 2 GB lie in a second file.
  const isWeight = (path: string) =>
    weights.some((weight) => path === weight || path.startsWith(`${weight}_data`))
  return all.filter(
    ({ rfilename }) =>
      isModelPath(rfilename) && (SMALL_FILE.test(rfilename) || isWeight(rfilename)),
  )
}

/** A language of OCR is one file of a folder that has no list. */
async function offerLanguage(
  access: HubAccess,
  { name, from, revision }: FromSomewhere,
  signal: AbortSignal,
): Promise<HubOffer> {
  const language = name.split('/')[1] ?? ''
  const path = `${language}.traineddata`
  const base = from.replace(/\/+$/, '')
  const url = `${base}/${path}`
  const response = await askHub(access, url, signal, { method: 'HEAD' })
  const sizeBytes = Number(response.headers.get('content-length'))
  if (!sizeBytes) {
    throw new AppError('unavailable', `${url} does not say how large the file is.`, {
      reason: 'HUB_UNREACHABLE',
    })
  }
  return {
    name,
    kind: 'ocr',
    licence: 'Apache-2.0',
    ...(revision !== undefined && { revision }),
    source: url,
    files: [{ path, sizeBytes, url }],
  }
}
