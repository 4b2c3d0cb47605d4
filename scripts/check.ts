import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { table } from './command/output.ts'
import { type Counts, type Outcome, runSuite, type Suite } from './suite.ts'

// Runs every check there is, each even when an earlier one failed, and sums up their tests. What only
// reads the source is done beside the tests, which wait often. The last line is always `N passed, N
// failed, N skipped`. Arguments name the suites to run; none: all.

const reports = mkdtempSync(join(tmpdir(), 'onefold-check-'))
const interrupted = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => interrupted.abort())

const TSC = 'node_modules/typescript-7/bin/tsc'

const suites: Suite[] = [
  { name: 'types', args: [TSC, '--project', '.'], isAside: true },
  { name: 'web types', args: [TSC, '--project', 'web', '--noEmit'], isAside: true },
  { name: 'format', args: ['node_modules/@biomejs/biome/bin/biome', 'check'], isAside: true },
  { name: 'lint', args: ['node_modules/oxlint/bin/oxlint', '--type-aware'], isAside: true },
  { name: 'unused', args: ['node_modules/knip/bin/knip.js', '--no-progress'], isAside: true },
  { name: 'api document', args: ['scripts/openapi.ts', '--check'], isAside: true },
  {
    name: 'web build',
    args: [
      'node_modules/vite/bin/vite.js',
      'build',
      '--config',
      'web/vite.config.ts',
      '--logLevel',
      'warn',
    ],
  },
  {
    name: 'tests',
    args: [
      'node_modules/vitest/vitest.mjs',
      'run',
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${join(reports, 'tests.json')}`,
    ],
    report: { path: join(reports, 'tests.json'), read: vitestCounts },
  },
  {
    name: 'browser',
    // A hiccup of a slow machine is tried again once, and told below.
    args: ['node_modules/@playwright/test/cli.js', 'test', '--retries=1', '--reporter=list,json'],
    env: { PLAYWRIGHT_JSON_OUTPUT_NAME: join(reports, 'browser.json') },
    obstacle: () => (isThere('chromium') ? undefined : 'chromium is not installed'),
    report: { path: join(reports, 'browser.json'), read: playwrightCounts },
  },
]

function vitestCounts(text: string): Counts {
  const report: VitestReport = JSON.parse(text)
  const tests = report.testResults.flatMap((file) => file.assertionResults)
  return {
    passed: tests.filter(({ status }) => status === 'passed').length,
    failed: tests.filter(({ status }) => status === 'failed').length,
    skipped: tests.filter(({ status }) => status !== 'passed' && status !== 'failed').length,
    unsteady: tests.flatMap(({ status, failureMessages, fullName }) =>
      status === 'passed' && failureMessages.length > 0 ? [fullName] : [],
    ),
  }
}

interface VitestResult {
  status: string
  fullName: string
  /** Also of tries before the one that passed. */
  failureMessages: string[]
}

interface VitestReport {
  testResults: { assertionResults: VitestResult[] }[]
}

function playwrightCounts(text: string): Counts {
  const { stats, suites }: PlaywrightReport = JSON.parse(text)
  return {
    passed: (stats.expected ?? 0) + (stats.flaky ?? 0),
    failed: stats.unexpected ?? 0,
    skipped: stats.skipped ?? 0,
    unsteady: suites.flatMap((file) => unsteadyIn(file)),
  }
}

interface PlaywrightReport {
  stats: Record<string, number>
  suites: PlaywrightSuite[]
}

interface PlaywrightSuite {
  file: string
  suites?: PlaywrightSuite[]
  specs: { title: string; tests: { status: string }[] }[]
}

function unsteadyIn({ file, suites = [], specs }: PlaywrightSuite): string[] {
  const own = specs.filter(({ tests }) => tests.some(({ status }) => status === 'flaky'))
  return [...own.map(({ title }) => `${file}: ${title}`), ...suites.flatMap(unsteadyIn)]
}

function isThere(program: string): boolean {
  return spawnSync('which', [program]).status === 0
}

async function runAll(wanted: readonly string[]): Promise<Outcome[]> {
  const chosen = suites.filter(({ name }) => wanted.length === 0 || wanted.includes(name))
  const aside = runEach(chosen.filter(({ isAside }) => isAside))
  const others = await runEach(chosen.filter(({ isAside }) => !isAside))
  return [...(await aside), ...others]
}

async function runEach(wanted: readonly Suite[]): Promise<Outcome[]> {
  const outcomes: Outcome[] = []
  for (const suite of wanted) {
    if (interrupted.signal.aborted) break
    const title = `\n== ${suite.name}`
    if (!suite.isAside) console.log(title)
    const outcome = await runSuite(suite, interrupted.signal)
    if (suite.isAside) console.log(`${title}\n${outcome.said}`)
    if (outcome.obstacle) console.log(`skipped: ${outcome.obstacle}`)
    outcomes.push(outcome)
  }
  return outcomes
}

function summary(outcomes: readonly Outcome[]): string {
  const rows = outcomes.map(({ name, passed, failed, skipped, tookMs }) => [
    name,
    String(passed),
    String(failed),
    String(skipped),
    `${(tookMs / 1000).toFixed(1)} s`,
  ])
  const failed = outcomes.filter((each) => each.failed > 0).map(({ name }) => name)
  const skipped = outcomes.flatMap(({ name, obstacle }) =>
    obstacle ? [`${name} (${obstacle})`] : [],
  )
  const unsteady = outcomes.flatMap((each) => each.unsteady ?? [])
  return [
    '',
    table(['SUITE', 'PASSED', 'FAILED', 'SKIPPED', 'TOOK'], rows),
    '',
    ...(failed.length > 0 ? [`Failed: ${failed.join(', ')}`] : []),
    ...(skipped.length > 0 ? [`Skipped: ${skipped.join(', ')}`] : []),
    ...(unsteady.length > 0 ? [`Passed only when tried again: ${unsteady.length}`] : []),
    ...unsteady.map((name) => `  ${name}`),
  ].join('\n')
}

const sum = (outcomes: readonly Outcome[], key: 'passed' | 'failed' | 'skipped') =>
  outcomes.reduce((total, outcome) => total + outcome[key], 0)

const wanted = process.argv.slice(2)
const unknown = wanted.filter((name) => !suites.some((suite) => suite.name === name))
if (unknown.length > 0) {
  console.error(
    `There is no suite ${unknown.join(', ')}; there are: ${suites.map(({ name }) => name).join(', ')}`,
  )
  process.exit(2)
}
const outcomes = await runAll(wanted)
rmSync(reports, { recursive: true })
console.log(summary(outcomes))
const failed = sum(outcomes, 'failed')
if (failed > 0 || interrupted.signal.aborted) process.exitCode = 1
console.log(
  `${sum(outcomes, 'passed')} passed, ${failed} failed, ${sum(outcomes, 'skipped')} skipped`,
)
