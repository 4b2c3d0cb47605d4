import { ldapDirectory } from '../adapters/ldap/directory.ts'
import type { LdapOptions } from '../adapters/ldap/options.ts'
import { keepDirectory } from '../core/directory/keep.ts'
import { syncDirectory } from '../core/directory/sync.ts'
import type { Group } from '../core/model/actor.ts'
import type { Directory } from '../core/ports/index.ts'
import { serverWorld } from './server-world.ts'

/** The server's app with a directory, and time that goes on by steps. */
export async function directoryBox(options: LdapOptions, wrap = (plain: Directory) => plain) {
  const directory = wrap(ldapDirectory(options))
  const world = await serverWorld({}, 'memory', { directory })
  const { catalog, clock, log } = world.ports
  const stores = { catalog, clock, directory }
  const sync = (agreed?: Parameters<typeof syncDirectory>[1]) => {
    clock.advance(1_000)
    return syncDirectory(stores, agreed)
  }

  /** Keeps the directory as the server does; each `step` is one round, and the pause after it. */
  function kept(changed = () => {}) {
    const stop = new AbortController()
    let wake = () => {}
    let sleeps = () => {}
    let asleep = new Promise<void>((resolve) => {
      sleeps = resolve
    })
    const stepped = {
      ...clock,
      async sleep(ms: number) {
        const woken = new Promise<void>((resolve) => {
          wake = () => {
            clock.advance(ms)
            resolve()
          }
        })
        sleeps()
        await woken
      },
    }
    const done = keepDirectory({ catalog, clock: stepped, directory, log }, changed, stop.signal)
    return {
      /** Waits for the round that is under way. */
      settled: () => asleep,
      async step() {
        await asleep
        asleep = new Promise<void>((resolve) => {
          sleeps = resolve
        })
        wake()
        await asleep
      },
      async stop() {
        await asleep
        stop.abort()
        wake()
        await done
      },
    }
  }

  return {
    ...world,
    directory,
    stores,
    sync,
    kept,
    async group(name: string): Promise<Group> {
      const groups = await catalog.people.groups()
      const found = groups.find((group) => group.name === name && !group.isGone)
      if (!found) throw new Error(`no group ${name}`)
      return found
    },
    /** Names of the books that the bearer of a cookie sees; the status when there is none. */
    async books(cookie: string): Promise<string[] | number> {
      const answer = await world.ask('GET', '/api/v1/books', { cookie })
      if (!answer.ok) return answer.status
      const { items } = (await answer.json()) as { items: { name: string }[] }
      return items.map((book) => book.name).toSorted()
    },
    async person(username: string) {
      const users = await catalog.people.users()
      return users.filter((user) => user.username === username)
    },
  }
}

export type DirectoryBox = Awaited<ReturnType<typeof directoryBox>>
