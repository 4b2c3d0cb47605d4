// Loaded before the product (`--import`) for the controls: the same box without one of its promises.
// WEAKEN=normal: SQLite syncs with NORMAL, as its driver would by itself, and says FULL.
// WEAKEN=no-sync: no file and no folder of the blob store is synced.
import { readlinkSync } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import Sqlite from 'better-sqlite3'

if (process.env.WEAKEN === 'normal') {
  const pragma = Sqlite.prototype.pragma
  Sqlite.prototype.pragma = function (source, options) {
    if (source === 'synchronous') return 2
    const weaker = source === 'synchronous = FULL' ? 'synchronous = NORMAL' : source
    return pragma.call(this, weaker, options) as unknown
  }
}

if (process.env.WEAKEN === 'no-sync') {
  const file = await open(import.meta.filename)
  const prototype = Object.getPrototypeOf(file) as FileHandle
  const sync = prototype.sync
  prototype.sync = async function () {
    const path = readlinkSync(`/proc/self/fd/${this.fd}`)
    if (!/\/(blobs|staging|received)(\/|$)/.test(path)) await sync.call(this)
  }
  await file.close()
}
