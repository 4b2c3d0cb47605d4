import { Attribute, Change } from 'ldapts'
import { eventually, startBox } from '../flows/running-box.ts'
import { PASSWORD, type Samba, SERVICE, userDn } from '../samba.ts'

/**
 * The whole product beside a domain controller: alice signs in and sees the book of a group around her
 * own one and no other; then she is taken out of hers.
 *
 * @returns seconds until she sees no book any more and her open stream of events has said so
 */
export async function secondsOfAdBox({ caFile, change }: Samba): Promise<number> {
  const box = await startBox({
    ONEFOLD_LDAP_URL: 'ldaps://127.0.0.1',
    ONEFOLD_LDAP_CA_FILE: caFile,
    ONEFOLD_LDAP_BIND_DN: SERVICE.bindDn,
    ONEFOLD_LDAP_BIND_PASSWORD: SERVICE.bindPassword,
    ONEFOLD_LDAP_PERSON_FILTER: '(!(isCriticalSystemObject=TRUE))',
    ONEFOLD_LDAP_TIMEOUT_MS: '20000',
  })
  try {
    const groups = await eventually(async () => {
      const { items } = await box.json<{ items: Named[] }>('/api/v1/groups')
      return items.some(({ name }) => name === 'chiefs') && items
    }, 120_000)
    for (const group of ['everybody', 'chiefs']) {
      const body = { name: `Book of ${group}` }
      const { id } = await box.json<Named>('/api/v1/books', { method: 'POST', body })
      const grant = { group_id: groups.find(({ name }) => name === group)?.id, role: 'viewer' }
      await box.json(`/api/v1/books/${id}/grants`, { method: 'POST', body: grant })
    }
    const cookie = await signIn(box.url)
    const books = async () => {
      const answer = await fetch(`${box.url}/api/v1/books`, { headers: { cookie } })
      const { items } = (await answer.json()) as { items: Named[] }
      return items.map(({ name }) => name).join()
    }
    const seen = await books()
    if (seen !== 'Book of everybody') throw new Error(`alice sees ${seen || 'nothing'}`)
    const stream = await fetch(`${box.url}/api/v1/events`, { headers: { cookie } })
    const told = heard(stream, 'event: rights')
    const modification = new Attribute({ type: 'member', values: [userDn('alice')] })
    await change((client) =>
      client.modify(userDn('staff'), new Change({ operation: 'delete', modification })),
    )
    const from = performance.now()
    await told
    await eventually(async () => (await books()) === '', 300_000)
    const seconds = (performance.now() - from) / 1_000
    await change((client) =>
      client.modify(userDn('staff'), new Change({ operation: 'add', modification })),
    )
    return seconds
  } finally {
    await box.stop()
  }
}

interface Named {
  id: string
  name: string
}

async function signIn(url: string): Promise<string> {
  const answer = await fetch(`${url}/api/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: url },
    body: JSON.stringify({ username: 'alice', password: PASSWORD }),
  })
  const [cookie = ''] = answer.headers.getSetCookie().map((each) => each.split(';')[0])
  if (!answer.ok || cookie === '') throw new Error(`alice was not let in: ${answer.status}`)
  return cookie
}

/** Reads a stream up to some words in it. */
async function heard({ body }: Response, words: string): Promise<void> {
  let text = ''
  for await (const bytes of body ?? []) {
    text += Buffer.from(bytes).toString()
    if (text.includes(words)) return
  }
  throw new Error(`The stream ended without "${words}".`)
}
