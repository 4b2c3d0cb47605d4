import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** These keep nothing in their process that another file would find: a process runs many of them. */
const TOGETHER = '{core,server,web}/**/*.test.ts'

export default defineConfig({
  test: {
    globalSetup: ['tests/catalog-template.ts'],
    pool: 'forks',
    // One more than the small machine has cores: many tests wait for a box, a watcher or a program.
    maxWorkers: 3,
    testTimeout: 90_000,
    hookTimeout: 120_000,
    // A hiccup of a busy machine is tried again once, and named at the end of the run.
    retry: process.env.CI ? 1 : 0,
    sequence: {
      /** What is short to read and long to run begins first: at the end it would keep one core alone. */
      sequencer: class extends BaseSequencer {
        override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
          const sorted = await super.sort(files)
          const isLong = ({ moduleId }: TestSpecification) =>
            moduleId.includes('/tests/reliability/')
          return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))]
        }
      },
    },
    projects: [
      { extends: true, test: { name: 'together', include: [TOGETHER], isolate: false } },
      {
        extends: true,
        test: {
          name: 'alone',
          include: ['{adapters,worker,watcher,config,scripts,tests}/**/*.test.ts'],
          exclude: ['tests/browser/**', 'node_modules/**'],
        },
      },
    ],
  },
})
