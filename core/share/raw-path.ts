/**
 * A path below the root of a share, with exactly one character per byte (ISO 8859-1): names on disk
 * are bytes and need not be UTF-8. Compares in byte order, and takes a byte of memory a byte.
 */
export type RawPath = string & { readonly brand: 'RawPath' }

export const rawPathOf = (bytes: Uint8Array): RawPath =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1') as RawPath

/** From text as the file system API of Node gives it for names that are UTF-8. */
export const rawPathOfText = (text: string): RawPath =>
  Buffer.from(text).toString('latin1') as RawPath

export const bytesOf = (path: RawPath): Buffer => Buffer.from(path, 'latin1')

/** Absolute path of `path` below `root`, in the form that reaches the file whatever its name is. */
export const absolute = (root: string, path: RawPath): Buffer =>
  path === '' ? Buffer.from(root) : Buffer.concat([Buffer.from(`${root}/`), bytesOf(path)])
