import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { runSuite, type Suite } from './suite.ts'

let folder: string
const never = new AbortController().signal

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'onefold-suite-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

/** A suite that runs `source`, where `report(text)` writes its report. */
function suite(source: string, rest: Partial<Suite> = {}): Suite {
  const program = join(folder, 'program.mjs')
  const report = JSON.stringify(join(folder, 'report'))
  const head = `import { writeFileSync } from 'node:fs'
    const report = (text) => writeFileSync(${report}, text)\n`
  writeFileSync(program, head + source)
  return { name: 'tried', args: [program], ...rest }
}

const reported = () => ({ path: join(folder, 'report'), read: (text: string) => JSON.parse(text) })

describe('runSuite', () => {
  it('counts a run without a report as one test', async () => {
    expect(await runSuite(suite(''), never)).toMatchObject({ passed: 1, failed: 0, skipped: 0 })
    expect(await runSuite(suite('process.exit(1)'), never)).toMatchObject({ passed: 0, failed: 1 })
  })

  it('counts by the report where there is one', async () => {
    const source = `report('{"passed":5,"failed":2,"skipped":1}'); process.exit(1)`
    const outcome = await runSuite(suite(source, { report: reported() }), never)
    expect(outcome).toMatchObject({ passed: 5, failed: 2, skipped: 1 })
  })

  it('counts a failed run whose report knows of no failure as failed', async () => {
    const source = `report('{"passed":5,"failed":0,"skipped":0}'); process.exit(1)`
    const outcome = await runSuite(suite(source, { report: reported() }), never)
    expect(outcome).toMatchObject({ passed: 5, failed: 1 })
  })

  it('counts a run that did not live to write its report as failed', async () => {
    const outcome = await runSuite(
      suite("process.kill(process.pid, 'SIGKILL')", { report: reported() }),
      never,
    )
    expect(outcome).toMatchObject({ passed: 0, failed: 1 })
  })

  it('does not run what has an obstacle, and says why', async () => {
    const blocked = suite(`report('ran')`, { obstacle: () => 'no chromium' })
    expect(await runSuite(blocked, never)).toMatchObject({ skipped: 1, obstacle: 'no chromium' })
    expect(existsSync(join(folder, 'report'))).toBe(false)
  })

  it('keeps the configuration of whoever runs it away from the tests', async () => {
    process.env.ONEFOLD_PORT = '1'
    try {
      await runSuite(suite('report(String(process.env.ONEFOLD_PORT))'), never)
    } finally {
      delete process.env.ONEFOLD_PORT
    }
    expect(readFileSync(join(folder, 'report'), 'utf8')).toBe('undefined')
  })

  it('keeps what one says that runs aside, to its last word', async () => {
    const source = `process.stdout.write('x'.repeat(1e6)); console.error('last word'); process.exitCode = 1`
    const outcome = await runSuite(suite(source, { isAside: true }), never)
    expect(outcome).toMatchObject({ passed: 0, failed: 1 })
    expect(outcome.said).toHaveLength(1e6 + 'last word\n'.length)
    expect(outcome.said).toContain('last word')
  })

  it('leaves no process behind', async () => {
    const source = `import { spawn } from 'node:child_process'
      const child = spawn('sleep', ['600'], { stdio: 'ignore' })
      child.unref()
      report(String(child.pid))`
    await runSuite(suite(source), never)
    const pid = Number(readFileSync(join(folder, 'report'), 'utf8'))
    const deadline = performance.now() + 10_000
    while (isRunning(pid) && performance.now() < deadline) await sleep(20)
    expect(isRunning(pid)).toBe(false)
  })
})

/** A process that was killed but not yet waited for still has a number. */
function isRunning(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return false
  }
}
