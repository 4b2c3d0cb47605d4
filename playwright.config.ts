import { defineConfig } from '@playwright/test'

/** These take longest: what begins last alone keeps the others waiting. */
const LONG = ['upload-scale.spec.ts', 'walkthrough.spec.ts']

/** Journeys through the whole product in Debian's own Chromium. */
export default defineConfig({
  testDir: 'tests/browser',
  // Boxes that files share would start anew in between two projects.
  projects: [
    { name: 'long', testMatch: LONG },
    { name: 'others', testMatch: '*.spec.ts', testIgnore: LONG },
  ],
  // Half of what a box and a browser do is waiting; two of each are slow on a small machine, which is
  // given its time.
  workers: 2,
  timeout: 150_000,
  expect: { timeout: 40_000 },
  forbidOnly: Boolean(process.env.CI),
  reporter: 'list',
  outputDir: 'test-results',
  use: {
    locale: 'en-GB',
    timezoneId: 'Europe/Lisbon',
    viewport: { width: 1280, height: 860 },
    screenshot: 'only-on-failure',
    // What recording costs is paid for what failed alone.
    trace: 'on-first-retry',
    launchOptions: {
      executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
      chromiumSandbox: false,
      args: [
        '--headless',
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        // An intranet's plain HTTP: a name that is not localhost is no secure context.
        '--host-resolver-rules=MAP onefold.test 127.0.0.1',
      ],
    },
  },
})
