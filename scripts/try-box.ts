// Runs beside a box that docker/build.sh or systemd/try.sh tries: signs in with the password of the
// first start, drops a file into the inbox and searches until it is found.
import { readFile, writeFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'

const dataDir = process.env.ONEFOLD_DATA_DIR ?? ''
const origin = `http://127.0.0.1:${process.env.ONEFOLD_PORT || '8000'}`
const WORD = 'kingfisher'

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

await writeFile(`${dataDir}/shares/inbox/birds.txt`, `The ${WORD} waits above the water.\n`)
const deadline = performance.now() + 120_000
while (!(await isFound())) {
  if (performance.now() > deadline) throw new Error('the dropped file was not found in two minutes')
  await sleep(250)
}

async function isFound(): Promise<boolean> {
  const answer = await fetch(`${origin}/api/v1/search?q=${WORD}`, { headers: { cookie } })
  if (!answer.ok) throw new Error(`search answered ${answer.status}: ${await answer.text()}`)
  const { hits }: { hits: { name: string }[] } = await answer.json()
  return hits.some(({ name }) => name === 'birds.txt')
}
