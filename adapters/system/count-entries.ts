import { constants, type Dirent } from 'node:fs'
import { access, opendir, stat } from 'node:fs/promises'
import type { ShareMeasures } from '../../core/ports/share-meter.ts'
import { displayText } from '../../core/share/display-path.ts'
import { absolute, type RawPath } from '../../core/share/raw-path.ts'

const MOST_EXAMPLES = 5

type Counted = ShareMeasures['entries'] & {
  /** A regular file with content that can be read. */
  firstFile?: Buffer
}

/** Counts what lies below a folder, without following links, until a bound is reached. */
export async function countEntries(
  root: string,
  { mostEntries, mostMs }: { mostEntries: number; mostMs: number },
): Promise<Counted> {
  const startedMs = performance.now()
  const counted: Counted = {
    files: 0,
    folders: 0,
    bytes: 0,
    isWhole: true,
    tookMs: 0,
    unreadable: 0,
    examples: [],
  }
  const isEnough = () =>
    counted.files + counted.folders >= mostEntries || performance.now() - startedMs > mostMs
  const folders: RawPath[] = ['' as RawPath]
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    if (isEnough()) break
    for await (const entry of entriesOf(root, folder, counted)) {
      const path = (folder === '' ? entry.name : `${folder}/${entry.name}`) as RawPath
      if (entry.isDirectory()) {
        counted.folders++
        folders.push(path)
      } else if (entry.isFile()) await countFile(root, path, counted)
      if (isEnough()) break
    }
  }
  counted.isWhole = !isEnough()
  counted.tookMs = Math.round(performance.now() - startedMs)
  return counted
}

/** Names are bytes, one character each. The root itself must be readable; other folders are told of. */
async function* entriesOf(root: string, folder: RawPath, counted: Counted): AsyncGenerator<Dirent> {
  try {
    yield* await opendir(absolute(root, folder), { encoding: 'latin1' as BufferEncoding })
  } catch (cause) {
    if (folder === '') throw cause
    unreadable(counted, `${folder}/` as RawPath)
  }
}

async function countFile(root: string, path: RawPath, counted: Counted): Promise<void> {
  counted.files++
  const file = absolute(root, path)
  try {
    await access(file, constants.R_OK)
    const { size } = await stat(file)
    counted.bytes += size
    if (size > 0) counted.firstFile ??= file
  } catch {
    unreadable(counted, path)
  }
}

function unreadable(counted: Counted, path: RawPath): void {
  counted.unreadable++
  if (counted.examples.length < MOST_EXAMPLES) counted.examples.push(displayText(path))
}
