import { breathe } from './breathe.ts'
import type { PickedFile } from './item.ts'

/** Files the systems of our users leave in every folder; nobody means to upload them. */
const LITTER = new Set(['.ds_store', 'thumbs.db', 'desktop.ini'])

/**
 * Questions about entries that the browser is asked in one turn. It takes a third of a millisecond for
 * each, and hands over whatever has been answered in one go: ten thousand stop the page for seconds.
 */
export const MOST_ASKED = 30

const isLitter = (name: string) => LITTER.has(name.toLowerCase())

/** Files of an `<input type=file>`; with `webkitdirectory` each knows its folder. */
export function fromInput(files: Iterable<File>): PickedFile[] {
  return [...files]
    .filter((file) => !isLitter(file.name))
    .map((file) => ({ file, folder: parentOf(file.webkitRelativePath ?? '') }))
}

/**
 * Everything dropped, folders walked to the bottom. Must be called in the drop event itself: the
 * browser empties the transfer as soon as the handler returns.
 *
 * @param onFound told how many files have been found so far
 */
export async function fromDrop(
  transfer: DataTransfer,
  onFound: (files: number) => void = () => {},
): Promise<PickedFile[]> {
  const entries = [...transfer.items]
    .filter((item) => item.kind === 'file')
    .map((item) => item.webkitGetAsEntry())
    .filter((entry) => entry !== null)
  if (entries.length === 0) return fromInput(transfer.files)
  const walker = new Walker(onFound)
  return (await Promise.all(entries.map((entry) => walker.walk(entry, '')))).flat()
}

/** Walks entries, a few at a time however many there are. */
class Walker {
  readonly #onFound: (files: number) => void
  readonly #desk = new Desk()
  #found = 0

  constructor(onFound: (files: number) => void) {
    this.#onFound = onFound
  }

  /** Files of an entry, in its order. */
  async walk(entry: FileSystemEntry, folder: string): Promise<PickedFile[]> {
    if (isFile(entry)) {
      if (isLitter(entry.name)) return []
      const file = await this.#desk.ask(() => fileOf(entry))
      this.#onFound(++this.#found)
      return [{ file, folder }]
    }
    return isDirectory(entry) ? this.#walkInside(entry, folder) : []
  }

  async #walkInside(entry: FileSystemDirectoryEntry, folder: string): Promise<PickedFile[]> {
    const inside = folder ? `${folder}/${entry.name}` : entry.name
    const reader = entry.createReader()
    const found: PickedFile[] = []
    // One call gives at most 100 entries; an empty answer is the end.
    for (;;) {
      const batch = await this.#desk.ask(() => readSome(reader))
      if (batch.length === 0) return found
      for (const files of await Promise.all(batch.map((child) => this.walk(child, inside)))) {
        found.push(...files)
      }
    }
  }
}

/** Asks so many questions in one turn of the page; the others wait in order. */
class Desk {
  readonly #waiting: (() => Promise<void>)[] = []
  #serving = false

  ask<T>(question: () => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#waiting.push(() => question().then(resolve, reject))
      if (!this.#serving) void this.#serve()
    })
  }

  async #serve(): Promise<void> {
    this.#serving = true
    while (this.#waiting.length > 0) {
      const wave = this.#waiting.splice(0, MOST_ASKED)
      await Promise.all(wave.map((ask) => ask()))
      await breathe()
    }
    this.#serving = false
  }
}

const isFile = (entry: FileSystemEntry): entry is FileSystemFileEntry => entry.isFile

const isDirectory = (entry: FileSystemEntry): entry is FileSystemDirectoryEntry => entry.isDirectory

const fileOf = (entry: FileSystemFileEntry) =>
  new Promise<File>((resolve, reject) => entry.file(resolve, reject))

const readSome = (reader: FileSystemDirectoryReader) =>
  new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject))

function parentOf(path: string): string {
  const slash = path.lastIndexOf('/')
  return slash < 0 ? '' : path.slice(0, slash)
}
