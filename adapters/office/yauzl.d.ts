/** The part of yauzl 3.4 that is used; the package ships no types. */
declare module 'yauzl' {
  import type { Readable } from 'node:stream'

  export interface Entry {
    fileName: string
    compressedSize: number
    uncompressedSize: number
    isEncrypted(): boolean
    canDecodeFileData(): boolean
  }

  export interface ZipFile {
    entryCount: number
    eachEntry(): AsyncIterable<Entry>
    openReadStreamPromise(entry: Entry): Promise<Readable>
    close(): void
  }

  export interface Options {
    lazyEntries?: boolean
    autoClose?: boolean
    strictFileNames?: boolean
  }

  export function fromFdPromise(fd: number, options?: Options): Promise<ZipFile>
}
