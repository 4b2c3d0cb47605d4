import type { PickedFile } from './item.ts'

/** Files the systems of our users leave in every folder; nobody means to upload them. */
const LITTER = new Set(['.ds_store', 'thumbs.db', 'desktop.ini'])

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
 */
export async function fromDrop(transfer: DataTransfer): Promise<PickedFile[]> {
  const entries = [...transfer.items]
    .filter((item) => item.kind === 'file')
    .map((item) => item.webkitGetAsEntry())
    .filter((entry) => entry !== null)
  if (entries.length === 0) return fromInput(transfer.files)
  return (await Promise.all(entries.map((entry) => walk(entry, '')))).flat()
}

/** Files of an entry, in its order. Each is a question to the browser: they are asked side by side. */
async function walk(entry: FileSystemEntry, folder: string): Promise<PickedFile[]> {
  if (isFile(entry)) return isLitter(entry.name) ? [] : [{ file: await fileOf(entry), folder }]
  if (!isDirectory(entry)) return []
  const inside = folder ? `${folder}/${entry.name}` : entry.name
  const reader = entry.createReader()
  const found: PickedFile[] = []
  // One call gives at most 100 entries; an empty answer is the end.
  for (;;) {
    const batch = await readSome(reader)
    if (batch.length === 0) return found
    for (const files of await Promise.all(batch.map((child) => walk(child, inside)))) {
      found.push(...files)
    }
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
