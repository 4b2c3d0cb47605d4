import { once } from 'node:events'
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What may happen to a call on its way. */
const FAULTS = [
  'cut before', // nothing arrives
  'cut after', // it is done, and nobody hears of it
  'truncate', // a part of the body arrives
  'stall', // half of the body arrives, and then nothing for longer than the server waits
  'damage', // one bit of the body is another
  'duplicate', // it arrives twice at once
  'repeat', // it arrives again after it was answered
  'hold back', // others overtake it
] as const
type Fault = (typeof FAULTS)[number]

/** More than the server waits for a sender that went silent. */
const STALL_MS = 1_500
const HOLD_MS = 200
/** A stall takes its time. */
const MOST_STALLS = 8

export interface HostileProxy {
  url: string
  /** How often each fault was done so far. */
  done: Record<Fault, number>
  close(): Promise<void>
}

interface Call {
  method: string
  path: string
  headers: IncomingMessage['headers']
  body: Buffer
}

/**
 * A proxy that does to every second call what networks do, each fault as often as the others, until it
 * has done `most`. Which calls it spoils follows from `seed` and their order.
 */
export async function hostileProxy(
  target: string,
  { seed, most }: { seed: number; most: number },
): Promise<HostileProxy> {
  const random = seededRandom(seed)
  const done = Object.fromEntries(FAULTS.map((fault) => [fault, 0])) as Record<Fault, number>
  let left = most
  const faultFor = (call: Call): Fault | undefined => {
    if (random() < 0.5 || left === 0) return undefined
    const [fault] = FAULTS.filter((each) => suits(each, call))
      .filter((each) => each !== 'stall' || done.stall < MOST_STALLS)
      .toSorted((a, b) => done[a] - done[b])
    if (!fault) return undefined
    left--
    done[fault]++
    return fault
  }
  const server = createServer(async (incoming, answer) => {
    try {
      const call = await readCall(incoming)
      await pass({ target, random }, { call, answer, fault: faultFor(call) })
    } catch {
      // One of the two sides has gone: so has the other.
      answer.destroy()
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    done,
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

/** Checksums are said of files, not of what is said about them. */
const suits = (fault: Fault, { method, body }: Call): boolean => {
  if (fault === 'damage') return method === 'PUT' && body.length > 0
  return body.length > 1 || (fault !== 'truncate' && fault !== 'stall')
}

interface Way {
  target: string
  random: () => number
}

async function pass(
  way: Way,
  { call, answer, fault }: { call: Call; answer: ServerResponse; fault: Fault | undefined },
): Promise<void> {
  const at = Math.floor(way.random() * call.body.length)
  switch (fault) {
    case 'cut before':
      answer.destroy()
      return
    case 'cut after':
      await ask(way.target, call)
      answer.destroy()
      return
    case 'truncate':
      await begin(way.target, call, { bytes: at, thenMs: 0 })
      answer.destroy()
      return
    case 'stall':
      await begin(way.target, call, { bytes: at, thenMs: STALL_MS })
      answer.destroy()
      return
    case 'damage': {
      const body = Buffer.from(call.body)
      body[at] = (body[at] ?? 0) ^ 1
      return hand(await ask(way.target, { ...call, body }), answer)
    }
    case 'duplicate': {
      const [first] = await Promise.all([ask(way.target, call), ask(way.target, call)])
      return hand(first, answer)
    }
    case 'repeat':
      await ask(way.target, call)
      return hand(await ask(way.target, call), answer)
    case 'hold back':
      await new Promise((resolve) => setTimeout(resolve, HOLD_MS))
      return hand(await ask(way.target, call), answer)
    case undefined:
      return hand(await ask(way.target, call), answer)
  }
}

async function readCall(incoming: IncomingMessage): Promise<Call> {
  const chunks: Buffer[] = []
  for await (const chunk of incoming) chunks.push(chunk as Buffer)
  const { method = 'GET', url: path = '/', headers } = incoming
  return { method, path, headers, body: Buffer.concat(chunks) }
}

interface Heard {
  status: number
  type: string
  body: Buffer
}

const open = (target: string, { method, path, headers, body }: Call) =>
  request(new URL(path, target), {
    method,
    agent: false,
    headers: { ...headers, connection: 'close', 'content-length': body.length },
  })

async function ask(target: string, call: Call): Promise<Heard> {
  const sent = open(target, call)
  sent.end(call.body)
  const [answer] = (await once(sent, 'response')) as [IncomingMessage]
  const chunks: Buffer[] = []
  for await (const chunk of answer) chunks.push(chunk as Buffer)
  return {
    status: answer.statusCode ?? 502,
    type: answer.headers['content-type'] ?? '',
    body: Buffer.concat(chunks),
  }
}

/** Sends the first `bytes` of the body, and breaks off after `thenMs`. */
async function begin(
  target: string,
  call: Call,
  { bytes, thenMs }: { bytes: number; thenMs: number },
): Promise<void> {
  const sent = open(target, call)
  // The server may break off first.
  sent.on('error', () => {})
  await new Promise((written) => sent.write(call.body.subarray(0, bytes), written))
  await new Promise((resolve) => setTimeout(resolve, thenMs))
  sent.destroy()
}

function hand({ status, type, body }: Heard, answer: ServerResponse): void {
  answer.writeHead(status, { 'content-type': type, 'content-length': body.length })
  answer.end(body)
}

/** Numbers from 0 to 1, always the same ones for a seed (mulberry32). */
function seededRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
