import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { extname, join, relative, sep } from 'node:path'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { hasSystemCode } from '../core/errors.ts'
import type { Ctx } from './context.ts'

const compress = promisify(gzip)

const TYPES: Record<string, string> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.map': 'application/json',
  '.mjs': 'text/javascript; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
  '.webmanifest': 'application/manifest+json',
  '.woff2': 'font/woff2',
}

const COMPRESSED = new Set(['.css', '.html', '.js', '.json', '.mjs', '.svg', '.txt', '.wasm'])

/** Names that carry a hash of their content, as the build makes them. */
const HASHED = /^assets\/.*-[\w-]{8}\.\w+$/

interface WebFile {
  bytes: Buffer<ArrayBuffer>
  type: string
  etag: string
  cacheControl: string
  gzipped: (() => Promise<Buffer<ArrayBuffer>>) | undefined
}

const API_PATH = /^\/(api|upload|u|knowledge-base|experts|metrics|healthz|readyz)(\/|$)/

/** Whether a path that no route answers belongs to the web pages. */
export const isWebPath = (path: string): boolean => !API_PATH.test(path)

/** Addresses of the library end in people's own folder names, and those may have dots. */
const isPage = (name: string) => extname(name) === '' || name.startsWith('library/')

/**
 * Serves the built pages from memory: what is not in the list read at the start cannot be reached by
 * any spelling of a path. Paths without a file are pages of the app: they get its one document.
 */
export function webPages(folder: string): (c: Ctx) => Promise<Response | undefined> {
  const files = readAll(folder)
  return async (c) => {
    if (!['GET', 'HEAD'].includes(c.req.method) || !isWebPath(c.req.path)) return undefined
    const name = c.req.path.slice(1)
    const file = files.get(name) ?? (isPage(name) ? files.get('index.html') : undefined)
    return file && send(c, file)
  }
}

async function send(c: Ctx, file: WebFile): Promise<Response> {
  c.header('ETag', file.etag)
  c.header('Cache-Control', file.cacheControl)
  c.header('Vary', 'Accept-Encoding')
  if (c.req.header('if-none-match') === file.etag) return c.body(null, 304)
  c.header('Content-Type', file.type)
  const takesGzip = /\bgzip\b/.test(c.req.header('accept-encoding') ?? '')
  if (!file.gzipped || !takesGzip) return c.body(file.bytes)
  c.header('Content-Encoding', 'gzip')
  return c.body(await file.gzipped())
}

function readAll(folder: string): Map<string, WebFile> {
  const files = new Map<string, WebFile>()
  for (const entry of entriesOf(folder)) {
    if (!entry.isFile()) continue
    const path = join(entry.parentPath, entry.name)
    const name = relative(folder, path).split(sep).join('/')
    files.set(name, webFile(name, readFileSync(path)))
  }
  return files
}

/** A box whose pages are not built yet still serves its API. */
function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
  } catch (cause) {
    if (hasSystemCode(cause, 'ENOENT')) return []
    throw cause
  }
}

function webFile(name: string, bytes: Buffer<ArrayBuffer>): WebFile {
  const extension = extname(name)
  let gzipped: Promise<Buffer<ArrayBuffer>> | undefined
  return {
    bytes,
    type: TYPES[extension] ?? 'application/octet-stream',
    etag: `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 27)}"`,
    cacheControl: HASHED.test(name) ? 'public, max-age=31536000, immutable' : 'no-cache',
    gzipped: COMPRESSED.has(extension)
      ? () => {
          gzipped ??= compress(bytes)
          return gzipped
        }
      : undefined,
  }
}
