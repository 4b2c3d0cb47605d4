import { setTimeout as sleep } from 'node:timers/promises'
import { type Api, Refusal, WAYS } from './api.ts'
import { content, seeded, sha256 } from './contents.ts'

export interface CrewFigures {
  uploads: number
  reads: number
  deletes: number
  /** Calls that nobody answered, as the box was down. */
  unanswered: number
}

/** Several clients that store, read and remove the same few contents, and keep book of what they were told. */
export interface Crew {
  figures: CrewFigures
  /** Digests by document, of all that was acknowledged as stored and of which no removal was asked. */
  stored: ReadonlyMap<string, string>
  /** What clients were told that must never be told. */
  errors: readonly string[]
  /**
   * Works until `signal` aborts, the clients through these by turns; resolves when every call that was
   * begun has ended.
   */
  work(apis: readonly Api[], signal: AbortSignal): Promise<void>
}

export interface CrewOptions {
  clients: number
  /** Different contents that they bring. */
  contents: number
  seed: number
  /** Documents that one client holds at most, before it rather removes. */
  mostHeld?: number
  /** How long a client rests between two calls. */
  pauseMs?: number
}

/** How long a client rests whom nobody answered. */
const DOWN_MS = 50

interface Client {
  random: () => number
  held: { id: string; digest: string }[]
  names: number
}

export function crewOf({ clients, contents, seed, mostHeld = 5, pauseMs = 0 }: CrewOptions): Crew {
  const figures = { uploads: 0, reads: 0, deletes: 0, unanswered: 0 }
  const stored = new Map<string, string>()
  const errors: string[] = []
  const crew: Client[] = Array.from({ length: clients }, (_, index) => ({
    random: seeded(seed * 1_000 + index),
    held: [],
    names: 0,
  }))

  async function upload(api: Api, client: Client, name: string): Promise<void> {
    const given = content(Math.floor(client.random() * contents))
    const way = WAYS[Math.floor(client.random() * WAYS.length)] ?? 'form'
    const id = await api.upload(name, given, way)
    stored.set(id, given.digest)
    client.held.push({ id, digest: given.digest })
    figures.uploads++
  }

  async function read(api: Api, { id, digest }: Client['held'][number]): Promise<void> {
    const got = sha256(await api.read(id))
    if (got !== digest) errors.push(`document ${id} reads as other bytes`)
    figures.reads++
  }

  async function remove(api: Api, client: Client, at: number): Promise<void> {
    const [gone] = client.held.splice(at, 1)
    if (!gone) return
    stored.delete(gone.id)
    await api.remove(gone.id)
    figures.deletes++
  }

  async function next(api: Api, client: Client, index: number): Promise<void> {
    const { held, random } = client
    const dice = random()
    const at = Math.floor(random() * held.length)
    const one = held[at]
    if (!one || (dice < 0.45 && held.length < mostHeld)) {
      return upload(api, client, `client ${index} file ${client.names++}.txt`)
    }
    return dice < 0.7 ? read(api, one) : remove(api, client, at)
  }

  async function unheard(): Promise<void> {
    figures.unanswered++
    await sleep(DOWN_MS)
  }

  async function work(api: Api, client: Client, index: number, signal: AbortSignal) {
    while (!signal.aborted) {
      try {
        await next(api, client, index)
      } catch (cause) {
        if (cause instanceof Refusal) errors.push(cause.message)
        else await unheard()
      }
      await sleep(pauseMs)
    }
  }

  return {
    figures,
    stored,
    errors,
    async work(apis, signal) {
      const one = async (client: Client, index: number) => {
        const api = apis[index % apis.length]
        if (api) await work(api, client, index, signal)
      }
      await Promise.all(crew.map(one))
    },
  }
}
