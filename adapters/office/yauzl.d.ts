/** The part of yauzl 3.4 that is used; the package ships no types. */
declare module 'yauzl' {
  import type { Readable } from 'node:stream'

  export interface Entry {
    fileName: string
    fileNameRaw: Buffer
    /** Host system in the high byte, version in the low one. */
    versionMadeBy: number
    generalPurposeBitFlag: number
    externalFileAttributes: number
    lastModFileDate: number
    crc32: number
    extraFields: { id: number; data: Buffer }[]
    compressedSize: number
    uncompressedSize: number
    getLastModDate(options: { timezone: 'UTC' }): Date
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
    /** Off, names are left as bytes and are not judged. */
    decodeStrings?: boolean
  }

  export function getFileNameLowLevel(
    flags: number,
    raw: Buffer,
    extraFields: Entry['extraFields'],
    strict: boolean,
  ): string

  export function fromFdPromise(fd: number, options?: Options): Promise<ZipFile>
}
