// C6: has a parser try to get out of its walls. Behind a socket the parser there has to be
// `escape-probe.cjs`, as systemd/try.sh and docker/build.sh see to.
//   escape.ts SOCKET [attempts that may get through, with commas between; * for any ending]
import { once } from 'node:events'
import { mkdir, mkdtemp, open, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { runParser } from '../../adapters/child/run.ts'
import type { Sandbox } from '../../adapters/child/sandbox.ts'
import { socketSandbox } from '../../adapters/child/socket.ts'

const ROOT = join(import.meta.dirname, '..', '..')
const MIB = 1024 * 1024

/** What came of each attempt: `blocked`, or what was got. */
export type Attempts = Record<string, string>

/**
 * Puts a world worth reaching outside of the walls and lets the probe at it.
 *
 * @param only attempts to make, instead of all; most change the machine where nothing holds them
 */
export async function tryToGetOut(walls: Sandbox, only?: readonly string[]): Promise<Attempts> {
  const folder = await mkdtemp(join(tmpdir(), 'onefold-outside-'))
  const dataDir = join(folder, 'data')
  await mkdir(dataDir)
  await writeFile(join(dataDir, 'master.key'), 'secret')
  const socket = join(folder, 'door.sock')
  const doors = [createServer().listen(0, '127.0.0.1'), createServer().listen(socket)]
  await Promise.all(doors.map((door) => once(door, 'listening')))
  const address = doors[0]?.address()
  const port = address instanceof Object ? address.port : 0
  const file = await open(join(dataDir, 'master.key'))
  const before = await file.stat()
  try {
    const target = { ...OUTSIDE, port, socket, dataDir }
    const answer = await runParser(
      {
        command: [process.execPath, join(import.meta.dirname, 'escape-probe.cjs')],
        limits: { memoryBytes: 1024 * MIB, cpuSeconds: 60, wallMs: 300_000 },
        sandbox: async () => walls,
      },
      {
        fd: file.fd,
        request: { op: 'escape', target, ...(only && { only }) },
        maxOutputBytes: MIB,
        readOnly: [import.meta.dirname],
      },
    )
    const found: Attempts = JSON.parse(Buffer.from(answer).toString())
    const { mode, mtimeMs } = await file.stat()
    const isUntouched = mode === before.mode && mtimeMs === before.mtimeMs
    // Behind a socket there is a copy, which the parser may do with as it likes.
    if (walls.kind === 'socket' && isUntouched)
      for (const what of ON_THE_FILE) found[what] = 'blocked'
    return found
  } finally {
    await file.close()
    for (const door of doors) door.close()
    await rm(folder, { recursive: true })
  }
}

const ON_THE_FILE = [
  'change the mode of the file',
  'open the file for writing',
  'change the times of the file',
]

const OUTSIDE = {
  repository: join(ROOT, '.git'),
  code: join(ROOT, 'core'),
  pid: process.pid,
  mark: 'node',
  fillBytes: 400 * MIB,
}

/** The attempts that got through, but for the shell, which is inside. */
export const escapes = (found: Attempts): [string, string][] =>
  Object.entries(found).filter(([what, outcome]) => what !== 'shell' && outcome !== 'blocked')

/** A line for each attempt. */
export const tableOf = (found: Attempts): string =>
  Object.entries(found)
    .map(([what, outcome]) => `${what.padEnd(36)}${outcome}`)
    .join('\n')

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const found = await tryToGetOut(socketSandbox(process.argv[2] ?? ''))
  console.log(tableOf(found))
  const allowed = (process.argv[3] ?? '').split(',')
  const isAllowed = (what: string) =>
    allowed.some((each) =>
      each.endsWith('*') ? what.startsWith(each.slice(0, -1)) : what === each,
    )
  const through = escapes(found).filter(([what]) => !isAllowed(what))
  console.log(`${Object.keys(found).length} attempts, ${through.length} got out`)
  process.exitCode = through.length === 0 ? 0 : 1
}
