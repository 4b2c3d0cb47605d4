import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'

/** What stands on the way to a server: what it heard, and what it does to what passes. */
export interface FaultyLine {
  port: number
  /** Connections since the start. */
  connections(): number
  /** All that clients have sent. */
  heard(): Buffer
  /** Connects all that comes from now on to another port. */
  lead(port: number): void
  /** Changes what the server sends; `undefined` swallows it. The `nth` piece of a connection is 0 first. */
  alter(change: Alter | undefined): void
  /** Answers in the server's place; nothing reaches it. */
  answer(reply: ((request: Buffer) => Buffer | undefined) | undefined): void
  close(): Promise<void>
}

type Alter = (bytes: Buffer, nth: number) => Buffer | 'cut' | undefined

/** A line to a port of this machine that can be tampered with. */
export async function faultyLine(upstreamPort: number): Promise<FaultyLine> {
  let upstream = upstreamPort
  let count = 0
  let change: Alter | undefined
  let reply: ((request: Buffer) => Buffer | undefined) | undefined
  const heard: Buffer[] = []
  const open = new Set<Socket>()
  const server = createServer((client) => {
    count++
    let nth = 0
    const beyond = connect(upstream, '127.0.0.1')
    for (const socket of [client, beyond]) {
      open.add(socket)
      socket.on('error', () => {})
      socket.on('close', () => {
        open.delete(socket)
        client.destroy()
        beyond.destroy()
      })
    }
    client.on('data', (bytes: Buffer) => {
      heard.push(bytes)
      if (!reply) beyond.write(bytes)
      else {
        const said = reply(bytes)
        if (said) client.write(said)
      }
    })
    beyond.on('data', (bytes: Buffer) => {
      const changed = change ? change(bytes, nth++) : bytes
      if (changed === 'cut') client.destroy()
      else if (changed) client.write(changed)
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  return {
    port: address instanceof Object ? address.port : 0,
    connections: () => count,
    heard: () => Buffer.concat(heard),
    lead: (port) => {
      upstream = port
    },
    alter: (next) => {
      change = next
    },
    answer: (next) => {
      reply = next
    },
    async close() {
      for (const socket of open) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}
