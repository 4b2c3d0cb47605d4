import {
  Client,
  type Entry,
  type Filter,
  MessageResponseStatus,
  PagedResultsControl,
  SearchRequest,
  type SearchResponse,
  StatusCodeParser,
} from 'ldapts'
import { dial, type Line } from './dial.ts'
import { failure, failureOf, resultCode } from './failure.ts'
import type { LdapOptions } from './options.ts'

export const WHO_AM_I = '1.3.6.1.4.1.4203.1.11.3'

/** Results of a bind that mean: not with this name and password. */
const REFUSED = [
  34, // invalid name: nobody can be called so
  19, // constraint violation: locked by a policy
  48, // inappropriate authentication
  49, // invalid credentials
  50, // insufficient access: may not sign in
  53, // unwilling to perform: no password was sent
]

/** A line to one server, over which it is asked. Fails with AppErrors alone; always closed by `close`. */
export interface Connection {
  readonly server: string
  readonly protection: string
  /** Whether the server takes this name and password. */
  bind(dn: string, password: string): Promise<boolean>
  /** Who the server takes us for: `dn:…`, `u:…`, or nothing for nobody. */
  whoAmI(): Promise<string>
  /** All entries, every page, without those that other servers are said to have. */
  search(base: string, wish: SearchWish): Promise<Entry[]>
  close(): void
  /** Keeps no process alive from now on. */
  rest(): void
}

interface SearchWish {
  filter: Filter
  attributes: readonly string[]
  /** Of these, those that are bytes. */
  binary?: readonly string[]
  scope?: 'base' | 'sub'
  /** At most as many, in one answer, for finding out whether there are any. */
  atMost?: number
}

/** @throws AppError `unavailable` */
export async function openConnection(server: string, options: LdapOptions): Promise<Connection> {
  return overLine(await dial(server, options), server, options)
}

/** The server at the other end of a line that is protected already. */
export function overLine(line: Line, server: string, options: LdapOptions): Connection {
  const client = clientOver(line, options)
  const told = async <T>(ask: () => Promise<T>): Promise<T> => {
    try {
      return await ask()
    } catch (cause) {
      throw failureOf(cause)
    }
  }
  return {
    server,
    protection: line.protection,
    bind: (dn, password) =>
      told(async () => {
        try {
          await client.bind(dn, password)
          return true
        } catch (cause) {
          if (REFUSED.includes(resultCode(cause) ?? -1)) return false
          throw cause
        }
      }),
    whoAmI: () => told(async () => (await client.exop(WHO_AM_I)).value ?? ''),
    search: (base, wish) => told(() => searchAll(client, base, { ...wish, ...pageOf(options) })),
    close: () => line.socket.destroy(),
    rest: () => void line.socket.unref(),
  }
}

const pageOf = ({ pageSize, timeoutMs }: LdapOptions) => ({ pageSize, timeoutMs })

/**
 * Speaks over the line that it is given and over no other: the client would dial again by itself when
 * the line breaks, in clear text, and send what it was about to send.
 */
function clientOver({ socket }: Line, { timeoutMs }: LdapOptions): Client {
  let isTaken = false
  return new Client({
    url: 'ldap://directory',
    timeout: timeoutMs,
    createConnection: () => {
      if (isTaken || socket.destroyed) throw failure('DIRECTORY_UNREACHABLE')
      isTaken = true
      return socket
    },
  })
}

/**
 * Pages are asked for here and not by the client: that takes an empty page for the last one, and a
 * server may send an empty page and go on.
 */
async function searchAll(
  client: Client,
  base: string,
  wish: SearchWish & { pageSize: number },
): Promise<Entry[]> {
  const entries: Entry[] = []
  const page = new PagedResultsControl({ value: { size: wish.pageSize } })
  const isPaged = wish.atMost === undefined
  for (;;) {
    const answer = await ask(client, requestOf(base, wish, isPaged ? [page] : []))
    for (const entry of answer.searchEntries) {
      entries.push(entry.toObject([...wish.attributes], [...(wish.binary ?? [])]))
    }
    const cookie = (answer.controls ?? []).find((each) => each instanceof PagedResultsControl)
      ?.value?.cookie
    if (!isPaged || !cookie || cookie.length === 0) return entries
    page.value = { size: wish.pageSize, cookie }
  }
}

function requestOf(base: string, wish: SearchWish, controls: PagedResultsControl[]): SearchRequest {
  return new SearchRequest({
    messageId: -1,
    baseDN: base,
    scope: wish.scope ?? 'sub',
    derefAliases: 'never',
    filter: wish.filter,
    attributes: [...wish.attributes],
    explicitBufferAttributes: [...(wish.binary ?? [])],
    returnAttributeValues: true,
    sizeLimit: wish.atMost ?? 0,
    timeLimit: 0,
    controls,
  })
}

/** @throws what the server's result code says, unless all is told or as much as was asked for */
async function ask(client: Client, request: SearchRequest): Promise<SearchResponse> {
  if (!client.isConnected) await client['_connect']()
  request.messageId = client['_nextMessageId']()
  const answer: SearchResponse | undefined = await client['_send'](request)
  const isEnough =
    answer?.status === MessageResponseStatus.SizeLimitExceeded && request.sizeLimit > 0
  if (!answer || (answer.status !== MessageResponseStatus.Success && !isEnough)) {
    throw answer ? StatusCodeParser.parse(answer) : failure('DIRECTORY_INCOMPLETE')
  }
  return answer
}
