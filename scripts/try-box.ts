// Runs beside a box that docker/build.sh or systemd/try.sh tries: signs in with the password of the
// first start, drops the files of TRY_FILES into the inbox, waits until each is found by what
// it says, and looks whether all of it was read. TRY_WITHOUT names files, with commas between,
// for whose kind a program is missing: they are to say so. TRY_AGAIN: they are there already.
import { copyFile, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

interface Hit {
  name: string
  document_id: string
}

const dataDir = process.env.ONEFOLD_DATA_DIR ?? ''
const files = process.env.TRY_FILES ?? ''
const without = (process.env.TRY_WITHOUT ?? '').split(',')
const origin = `http://127.0.0.1:${process.env.ONEFOLD_PORT || '8000'}`
const PATIENCE_MS = 900_000

const password = (await readFile(`${dataDir}/initial-admin-password`, 'utf8')).trim()
const session = await fetch(`${origin}/api/v1/session`, {
  method: 'POST',
  headers: { 'content-type': 'application/json', origin },
  body: JSON.stringify({ username: 'admin', password }),
})
if (!session.ok) throw new Error(`sign-in answered ${session.status}: ${await session.text()}`)
const cookie = session.headers
  .getSetCookie()
  .map((each) => each.split(';')[0])
  .join('; ')

const expected: Record<string, string> = JSON.parse(
  await readFile(join(files, 'expected.json'), 'utf8'),
)
if (!process.env.TRY_AGAIN) {
  for (const name of Object.keys(expected)) {
    await copyFile(join(files, name), join(dataDir, 'shares/inbox', name))
  }
}
const deadline = performance.now() + PATIENCE_MS
const problems: string[] = []
for (const [name, words] of Object.entries(expected)) {
  const look = without.includes(name) ? expectUnread(name) : expectRead(name, words)
  await look.catch((error: unknown) => problems.push(String(error)))
}
const ready = await answerOf('/readyz')
if (ready.status !== 'ok') problems.push(`/readyz says ${JSON.stringify(ready)}`)
if (problems.length > 0) throw new Error(problems.join('\n'))

/** Every way in which such a file is read came to its end, and it is found by its words. */
async function expectRead(name: string, words: string): Promise<void> {
  const states = await statesOf(await found(name, stemOf(name)))
  const bad = states.filter(({ state }) => !['done', 'none'].includes(state))
  if (bad.length > 0) problems.push(`${name}: ${JSON.stringify(bad)}`)
  else await found(name, words)
}

async function expectUnread(name: string): Promise<void> {
  const states = await statesOf(await found(name, stemOf(name)))
  if (!states.some(({ state }) => state === 'not_available')) {
    problems.push(`${name} does not say what it lacks: ${JSON.stringify(states)}`)
  }
}

function stemOf(name: string): string {
  return name.split('.')[0] ?? ''
}

async function found(name: string, words: string): Promise<Hit> {
  for (;;) {
    const { hits } = await answerOf<{ hits: Hit[] }>(
      `/api/v1/search?q=${encodeURIComponent(words)}`,
    )
    const hit = hits.find((each) => each.name === name)
    if (hit) return hit
    if (performance.now() > deadline) throw new Error(`${name} was not found by "${words}"`)
    await sleep(1000)
  }
}

/** Once nothing of it is under way any more. */
async function statesOf({ document_id: id }: Hit): Promise<{ modality: string; state: string }[]> {
  for (;;) {
    const { modalities } = await answerOf<{ modalities: { modality: string; state: string }[] }>(
      `/api/v1/documents/${id}`,
    )
    if (!modalities.some(({ state }) => state === 'waiting' || state === 'working')) {
      return modalities
    }
    if (performance.now() > deadline) return modalities
    await sleep(1000)
  }
}

async function answerOf<Answer = { status: string }>(path: string): Promise<Answer> {
  const answer = await fetch(`${origin}${path}`, { headers: { cookie } })
  if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${await answer.text()}`)
  return await answer.json()
}
