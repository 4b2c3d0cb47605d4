// M1: many people bring files of which most are the same, by a share, the page's calls and the API at
// once. Each content lies on the disk once. `node one-copy.ts [people] [files each]`
import { mkdir, mkdtemp, readdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Api, apiOf, newPerson, newToken } from './api.ts'
import { type Audit, recoverAndAudit } from './audit.ts'
import { type KillableBox, startKillable } from './box.ts'
import { type Content, filled, seeded, sha256 } from './contents.ts'
import { shareState } from './share-writer.ts'

export interface OneCopyOptions {
  people: number
  filesEach: number
  onProgress?: (line: string) => void
}

export interface OneCopyResult {
  files: number
  logicalBytes: number
  uniqueBytes: number
  /** Sum of all files below `blobs`. */
  physicalBytes: number
  /** What the box itself says of that. */
  toldBytes: number
  /** Pointers that did not read back bit by bit. */
  wrongReads: number
  audit: Audit
}

/** Of a person's files so many are from what all have. */
const SHARED = 0.7
const LANES = 8
/** Of the largest size, on a busy machine. */
const DEADLINE_MS = 4 * 3_600_000

interface Person {
  name: string
  files: { name: string; content: Content }[]
}

export async function oneCopy(options: OneCopyOptions): Promise<OneCopyResult> {
  const dataDir = await mkdtemp(join(tmpdir(), 'onefold-one-copy-'))
  const env = { SWEEP_MS: '1000', ONEFOLD_LIMIT_UPLOADS_PER_MINUTE: '0' }
  const box = startKillable({ dataDir, kind: 'small', env })
  try {
    return await bring({ box, dataDir, people: peopleOf(options) }, options)
  } finally {
    await box.killAll()
    await rm(dataDir, { recursive: true, force: true })
  }
}

function peopleOf({ people, filesEach }: OneCopyOptions): Person[] {
  const random = seeded(1)
  const pool = Math.ceil(people * filesEach * 0.1)
  return Array.from({ length: people }, (_, person) => ({
    name: `person${person}`,
    files: Array.from({ length: filesEach }, (__, file) => {
      const isShared = random() < SHARED
      const number = isShared ? Math.floor(random() * pool) : pool + person * filesEach + file
      return {
        name: `file ${file}.txt`,
        content: filled(`Text ${number}. `, 4_000 + (number % 97) * 400),
      }
    }),
  }))
}

async function bring(
  { box, dataDir, people }: { box: KillableBox; dataDir: string; people: Person[] },
  { onProgress = () => {} }: OneCopyOptions,
): Promise<OneCopyResult> {
  const url = await box.ready
  const admin = apiOf(url, await newToken(url, 'admin'))
  const stored = new Map<string, { api: Api; digest: string }>()
  const shared = new Map<string, string>()
  const left = [...people]
  const lane = async () => {
    for (let person = left.pop(); person; person = left.pop()) {
      const api = await newPerson(url, admin, person.name)
      await bringAll({ api, person, stored, shared, inbox: join(dataDir, 'shares', 'inbox') })
      onProgress(`${left.length} people left`)
    }
  }
  await Promise.all(Array.from({ length: LANES }, lane))
  for (const [id, digest] of await byShare(dataDir, shared)) stored.set(id, { api: admin, digest })
  const wrongReads = await readAll(stored)
  const told = await settled(admin)
  await box.killAll()
  const all = people.flatMap(({ files }) => files.map(({ content }) => content))
  const unique = new Map(all.map(({ digest, bytes }) => [digest, bytes.length]))
  return {
    files: all.length,
    logicalBytes: all.reduce((sum, { bytes }) => sum + bytes.length, 0),
    uniqueBytes: [...unique.values()].reduce((sum, bytes) => sum + bytes, 0),
    physicalBytes: await bytesBelow(join(dataDir, 'blobs')),
    toldBytes: told,
    wrongReads: wrongReads + (all.length - stored.size),
    audit: await recoverAndAudit(
      dataDir,
      new Map([...stored].map(([id, { digest }]) => [id, digest])),
    ),
  }
}

interface Bringing {
  api: Api
  person: Person
  stored: Map<string, { api: Api; digest: string }>
  shared: Map<string, string>
  inbox: string
}

/** A third by the share, a third as the page sends, a third in the calls of the API. */
async function bringAll({ api, person, stored, shared, inbox }: Bringing): Promise<void> {
  await mkdir(join(inbox, person.name), { recursive: true })
  for (const [index, { name, content }] of person.files.entries()) {
    if (index % 3 === 0) {
      const part = join(inbox, `.${person.name} ${index}.part`)
      await writeFile(part, content.bytes)
      await rename(part, join(inbox, person.name, name))
      shared.set(`${person.name}/${name}`, content.digest)
    } else {
      const way = index % 3 === 1 ? 'complete' : index % 2 === 0 ? 'steps' : 'form'
      const id = await api.upload(name, content, way)
      stored.set(id, { api, digest: content.digest })
    }
  }
}

async function byShare(dataDir: string, files: ReadonlyMap<string, string>) {
  for (const ends = performance.now() + DEADLINE_MS; ; await sleep(500)) {
    const state = shareState(dataDir, files)
    if (state.missing.length === 0 || performance.now() > ends) return state.documents
  }
}

async function readAll(stored: ReadonlyMap<string, { api: Api; digest: string }>): Promise<number> {
  let wrong = 0
  const left = [...stored]
  const lane = async () => {
    for (let next = left.pop(); next; next = left.pop()) {
      const [id, { api, digest }] = next
      if (sha256(await api.read(id)) !== digest) wrong++
    }
  }
  await Promise.all(Array.from({ length: LANES }, lane))
  return wrong
}

/** What the box says is on the disk, when it says the same twice: all has been settled and swept then. */
async function settled(admin: Api): Promise<number> {
  for (let last = -1; ; await sleep(3_000)) {
    const usage = await admin.json<{ physical_bytes: number }>('GET', '/api/v1/usage')
    if (usage.physical_bytes === last) return last
    last = usage.physical_bytes
  }
}

async function bytesBelow(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile())
  const sizes = await Promise.all(files.map(({ parentPath, name }) => stat(join(parentPath, name))))
  return sizes.reduce((sum, { size }) => sum + size, 0)
}

/** What the moonshot asks for. */
export const isOneCopy = (result: OneCopyResult): boolean =>
  result.physicalBytes <= 1.02 * result.uniqueBytes &&
  Math.abs(result.toldBytes - result.physicalBytes) <= 0.01 * result.physicalBytes &&
  result.wrongReads === 0

if (import.meta.main) {
  const [people = 1_000, filesEach = 200] = process.argv.slice(2).map(Number)
  const result = await oneCopy({ people, filesEach, onProgress: console.log })
  const ratio = (result.physicalBytes / result.uniqueBytes).toFixed(4)
  console.log(
    JSON.stringify({ people, filesEach, ...result, physicalToUnique: ratio }, undefined, 2),
  )
  if (!isOneCopy(result)) process.exitCode = 1
}
