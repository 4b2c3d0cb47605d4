import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'

/** As many members as this server tells in one answer, where an Active Directory tells 1,500. */
const AT_ONCE = 3
const BASE = 'DC=corp,DC=example'
const GROUP = `CN=large,${BASE}`
const ACTIVE_DIRECTORY = '1.2.840.113556.1.4.800'

/** A server that speaks as much LDAP as it takes to tell of one group whose members come in ranges. */
interface RangingDirectory {
  port: number
  /** What was asked for of the group, beyond its first range. */
  asked: readonly string[]
  /** From now on there is nothing beyond the first range. */
  forgetTheRest(): void
  close(): Promise<void>
}

/** @param people of whom each is a member of the group `large` */
export async function rangingDirectory(people: readonly string[]): Promise<RangingDirectory> {
  const asked: string[] = []
  let isForgetful = false
  const dns = people.map((name) => `CN=${name},${BASE}`)
  const range = (from: number): [string, string[]] => {
    const to = from + AT_ONCE < dns.length ? String(from + AT_ONCE - 1) : '*'
    return [`member;range=${from}-${to}`, dns.slice(from, from + AT_ONCE)]
  }
  const answer = ({ base, attributes }: Search): Buffer[] => {
    const next = attributes.find((name) => name.startsWith('member;range='))
    if (base === '') {
      const root = { defaultNamingContext: [BASE], supportedCapabilities: [ACTIVE_DIRECTORY] }
      return [entry('', Object.entries(root))]
    }
    if (next !== undefined) {
      asked.push(next)
      const [name, values] = range(Number(/\d+/.exec(next)?.[0]))
      return [entry(GROUP, isForgetful ? [] : [[name, values]])]
    }
    // An Active Directory tells of the attribute itself, too, without a value.
    if (attributes.includes('member')) {
      return [
        entry(GROUP, [['cn', ['large']], ['objectGUID', [guid(0)]], ['member', []], range(0)]),
      ]
    }
    return people.map((name, i) =>
      entry(dns[i] ?? '', [
        ['cn', [name]],
        ['sAMAccountName', [name]],
        ['userAccountControl', ['512']],
        ['objectGUID', [guid(i + 1)]],
      ]),
    )
  }
  const open = new Set<Socket>()
  const server = createServer((socket) => {
    open.add(socket)
    socket.on('error', () => {}).on('close', () => open.delete(socket))
    socket.on('data', (bytes: Buffer) => socket.write(replyTo(bytes, answer)))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  return {
    port: address instanceof Object ? address.port : 0,
    asked,
    forgetTheRest: () => {
      isForgetful = true
    },
    async close() {
      for (const socket of open) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

const guid = (n: number) => Buffer.from([...Array.from({ length: 15 }, () => 0), n])

interface Search {
  base: string
  attributes: string[]
}

const SUCCESS = Buffer.from('0a010004000400', 'hex')
const [BIND, SEARCH] = [0x60, 0x63]

/** One request a piece: who asks waits for the answer before asking again. */
function replyTo(bytes: Buffer, answer: (search: Search) => Buffer[]): Buffer {
  const [id, operation] = parts(read(bytes, 0).content)
  if (!id || !operation) return Buffer.alloc(0)
  const message = (content: Buffer) => tlv(0x30, tlv(0x02, id.content), content)
  if (operation.tag === BIND) return message(tlv(0x61, SUCCESS))
  if (operation.tag !== SEARCH) return Buffer.alloc(0)
  const [base, , , , , , , attributes] = parts(operation.content)
  const search = {
    base: String(base?.content),
    attributes: parts(attributes?.content ?? Buffer.alloc(0)).map((each) => String(each.content)),
  }
  return Buffer.concat([...answer(search), tlv(0x65, SUCCESS)].map(message))
}

/** A search result entry (RFC 4511, 4.5.2). */
const entry = (dn: string, attributes: [string, (string | Buffer)[]][]): Buffer =>
  tlv(
    0x64,
    text(dn),
    tlv(
      0x30,
      ...attributes.map(([name, values]) =>
        tlv(0x30, text(name), tlv(0x31, ...values.map((value) => text(value)))),
      ),
    ),
  )

const text = (value: string | Buffer) => tlv(0x04, Buffer.from(value as string))

function tlv(tag: number, ...contents: Buffer[]): Buffer {
  const content = Buffer.concat(contents)
  const { length } = content
  const size = length < 0x80 ? [length] : [0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.from([tag, ...size]), content])
}

/** The element that begins at `at`, and where the next one does. */
function read(bytes: Buffer, at: number): { tag: number; content: Buffer; end: number } {
  const first = bytes[at + 1] ?? 0
  const more = first < 0x80 ? 0 : first & 0x7f
  const length = more === 0 ? first : bytes.readUIntBE(at + 2, more)
  const start = at + 2 + more
  return {
    tag: bytes[at] ?? 0,
    content: bytes.subarray(start, start + length),
    end: start + length,
  }
}

function parts(bytes: Buffer): { tag: number; content: Buffer }[] {
  const found: { tag: number; content: Buffer }[] = []
  for (let at = 0; at < bytes.length; ) {
    const next = read(bytes, at)
    found.push(next)
    at = next.end
  }
  return found
}
