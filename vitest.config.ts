import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['{core,adapters,server,worker,watcher,config,scripts,tests,web}/**/*.test.ts'],
    exclude: ['tests/browser/**', 'node_modules/**'],
    globalSetup: ['tests/catalog-template.ts'],
    pool: 'forks',
    // One more than the small machine has cores: many tests wait for a box, a watcher or a program.
    maxWorkers: 3,
    testTimeout: 90_000,
    hookTimeout: 120_000,
    // A hiccup of a busy machine is tried again once, and named at the end of the run.
    retry: process.env.CI ? 1 : 0,
  },
})
