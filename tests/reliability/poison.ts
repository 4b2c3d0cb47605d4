// R7: many files, of which one of so many kills its reader: all others are read, those are named after
// three tries, and read once they can be. The test of the same name, at its full size.
//   poison [files] [every]
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'

const ROOT = join(import.meta.dirname, '..', '..')
const [files = '500', every = '50'] = process.argv.slice(2)

const vitest = join(ROOT, 'node_modules', 'vitest', 'vitest.mjs')
const test = ['tests/flows/quarantine.test.ts', '-t', 'R7: a file that kills its reader']
const { status } = spawnSync(process.execPath, [vitest, 'run', ...test], {
  cwd: ROOT,
  stdio: 'inherit',
  env: { ...process.env, ONEFOLD_TEST_FILES: files, ONEFOLD_TEST_POISON_EVERY: every },
})
process.exitCode = status ?? 1
