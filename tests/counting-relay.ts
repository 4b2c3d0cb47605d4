import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'

/** A TCP relay that counts what passes, and can be cut. */
export interface CountingRelay {
  port: number
  /** Bytes that clients have sent so far. */
  sentBytes(): number
  /** From now on nobody gets through; or they do again. */
  cut(isCut: boolean): void
  close(): Promise<void>
}

export async function countingRelay(target: { port: number }): Promise<CountingRelay> {
  const open = new Set<Socket>()
  let sent = 0
  let isCut = false
  const relay = createServer((client) => {
    if (isCut) return client.destroy()
    const server = connect(target.port, '127.0.0.1')
    client.on('data', (chunk) => {
      sent += chunk.byteLength
    })
    client.pipe(server).pipe(client)
    for (const [one, other] of [[client, server] as const, [server, client] as const]) {
      open.add(one)
      one.on('error', () => {}) // what it means is for the two ends to say
      one.on('close', () => {
        open.delete(one)
        other.destroy()
      })
    }
    return undefined
  })
  relay.listen(0, '127.0.0.1')
  await once(relay, 'listening')
  const address = relay.address()
  return {
    port: address instanceof Object ? address.port : 0,
    sentBytes: () => sent,
    cut(to) {
      isCut = to
      if (isCut) for (const socket of open) socket.destroy()
    },
    async close() {
      relay.close()
      for (const socket of open) socket.destroy()
      await once(relay, 'close')
    },
  }
}
