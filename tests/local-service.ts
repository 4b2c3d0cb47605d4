import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'

/** A request that is answered by hand. */
export interface Call {
  method: string
  path: string
  headers: IncomingMessage['headers']
  body: Buffer
  reply: ServerResponse
}

/** A server on this machine until the test ends. @returns its address */
export async function localService(answer: (call: Call) => void | Promise<void>): Promise<string> {
  const server = createServer(async (request, reply) => {
    const parts: Buffer[] = []
    for await (const part of request) parts.push(part as Buffer)
    const { method = '', url = '', headers } = request
    await answer({ method, path: url, headers, body: Buffer.concat(parts), reply })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

export function json(reply: ServerResponse, status: number, value: unknown): void {
  reply.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value))
}
