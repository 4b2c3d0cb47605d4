import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type ChildSpec, type Supervised, type SuperviseOptions, supervise } from './supervisor.ts'

let folder: string
let running: Supervised[]

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'onefold-supervisor-'))
  running = []
})
afterEach(async () => {
  vi.useRealTimers()
  await Promise.all(running.map((each) => each.stop()))
  rmSync(folder, { recursive: true })
})

/** A child that runs `source`, with `append(line)` writing to a journal that all children share. */
function child(name: string, source: string): ChildSpec {
  const file = join(folder, `${name}.mjs`)
  const append = `import { appendFileSync } from 'node:fs'
    const append = (line) => appendFileSync(${JSON.stringify(journal())}, ${JSON.stringify(name)} + ' ' + line + '\\n')
    append('start ' + process.pid)`
  writeFileSync(file, `${append}\n${source}`)
  return { name, args: [file] }
}

const STAYS = `
  process.on('SIGTERM', () => { append('stop'); process.exit(0) })
  setInterval(() => {}, 1000)
  append('ready')`

const journal = () => join(folder, 'journal')
const lines = () => {
  try {
    return readFileSync(journal(), 'utf8').trim().split('\n')
  } catch {
    return []
  }
}

function start(specs: ChildSpec[], options: Partial<SuperviseOptions> = {}): Supervised {
  const supervised = supervise(specs, { onLine: () => {}, ...options })
  running.push(supervised)
  return supervised
}

async function until(what: string, isTrue: () => boolean): Promise<void> {
  const deadline = performance.now() + 15_000
  while (!isTrue()) {
    if (performance.now() > deadline) throw new Error(`waited in vain for: ${what}`)
    await sleep(10)
  }
}

const isAlive = (pid: number) => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

describe('supervise', () => {
  it('starts a dead child again after pauses that double up to the longest', async () => {
    const deaths: number[] = []
    start([child('crash', 'process.exit(3)')], {
      minDelayMs: 10,
      maxDelayMs: 40,
      onDeath: (_name, cause, restartInMs) => {
        expect(cause).toBe('exit code 3')
        deaths.push(restartInMs)
      },
    })
    await until('five deaths', () => deaths.length >= 5)
    expect(deaths.slice(0, 5)).toEqual([10, 20, 40, 40, 40])
  })

  it('tells how a child ended, and starts all again with what their specifications say then', async () => {
    const env: Record<string, string> = { MODE: 'writes' }
    const told: [string, number][] = []
    const says = `append(process.env.MODE); ${STAYS}`
    const failing = `if (process.env.MODE === 'writes') process.exit(70); ${says}`
    const specs = [child('a', says), child('b', failing)].map((spec) => ({ ...spec, env }))
    const supervised = start(specs, {
      minDelayMs: 10,
      onExit(name, code) {
        told.push([name, code])
        if (code !== 70) return
        env.MODE = 'reads'
        supervised.restart()
      },
    })
    await until('both read', () => ['a reads', 'b reads'].every((line) => lines().includes(line)))
    expect(told).toContainEqual(['b', 70])
  })

  it('starts a child that was killed again, and leaves the others alone', async () => {
    const pids: Record<string, number[]> = {}
    start([child('one', STAYS), child('two', STAYS)], {
      minDelayMs: 10,
      onStart: (name, pid) => {
        pids[name] = [...(pids[name] ?? []), pid]
      },
    })
    await until('both ready', () => lines().filter((line) => line.endsWith('ready')).length === 2)
    process.kill(pids.two?.[0] ?? Number.NaN, 'SIGKILL')
    await until('two is back', () => pids.two?.length === 2)
    expect(pids.one).toHaveLength(1)
  })

  it('forgets earlier failures of a child that stayed healthy', async () => {
    const deaths: number[] = []
    start([child('short', 'process.exit(0)')], {
      minDelayMs: 10,
      healthyMs: 0,
      onDeath: (_name, _cause, restartInMs) => deaths.push(restartInMs),
    })
    await until('three deaths', () => deaths.length >= 3)
    expect(deaths.slice(0, 3)).toEqual([10, 10, 10])
  })

  it('stops the children one after the other, last started first', async () => {
    const slow = STAYS.replace(
      "append('stop'); process.exit(0)",
      "setTimeout(() => { append('stop'); process.exit(0) }, 100)",
    )
    const supervised = start([
      child('server', STAYS),
      child('worker', STAYS),
      child('watcher', slow),
    ])
    await until('all ready', () => lines().filter((line) => line.endsWith('ready')).length === 3)
    await supervised.stop()
    expect(lines().filter((line) => line.endsWith('stop'))).toEqual([
      'watcher stop',
      'worker stop',
      'server stop',
    ])
  })

  it('does not start a child again that was about to be when all stop', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const deaths: string[] = []
    const supervised = start([child('crash', 'process.exit(1)')], {
      onDeath: (name) => deaths.push(name),
    })
    await until('one death', () => deaths.length === 1)
    expect(vi.getTimerCount()).toBe(1)
    await supervised.stop()
    expect(vi.getTimerCount()).toBe(0)
  })

  it('kills what does not stop in time', async () => {
    const pids: number[] = []
    const supervised = start(
      [
        child(
          'deaf',
          "process.on('SIGTERM', () => {}); setInterval(() => {}, 1000); append('ready')",
        ),
      ],
      {
        stopMs: 100,
        onStart: (_name, pid) => pids.push(pid),
      },
    )
    await until('ready', () => lines().some((line) => line.endsWith('ready')))
    await supervised.stop()
    expect(isAlive(pids[0] ?? 0)).toBe(false)
  })

  it('leaves nothing behind of a child that dies, not even what it had started', async () => {
    start(
      [
        child(
          'parent',
          `import { spawn } from 'node:child_process'
           append('grandchild ' + spawn('sleep', ['600'], { stdio: 'ignore' }).pid)
           setInterval(() => {}, 1000)`,
        ),
      ],
      { minDelayMs: 60_000 },
    )
    await until('a grandchild', () => lines().some((line) => line.includes('grandchild')))
    const pidIn = (word: string) =>
      Number(
        lines()
          .find((line) => line.includes(word))
          ?.split(' ')[2],
      )
    const grandchild = pidIn('grandchild')
    expect(isAlive(grandchild)).toBe(true)
    process.kill(pidIn('start'), 'SIGKILL')
    await until('the grandchild is gone', () => !isAlive(grandchild))
  })

  it('hands on every line the children write, with their names', async () => {
    const seen: string[] = []
    start(
      [child('loud', "console.log('out'); console.error('err'); setInterval(() => {}, 1000)")],
      {
        onLine: (name, line) => seen.push(`${name}: ${line}`),
      },
    )
    await until('two lines', () => seen.length === 2)
    expect(seen.toSorted()).toEqual(['loud: err', 'loud: out'])
  })
})
