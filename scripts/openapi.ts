import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { openapiDocument } from '../server/openapi.ts'
import { VERSION } from '../server/version.ts'

/** Writes `server/openapi.json` from the routes; with `--check`, fails when it is not up to date. */
const path = fileURLToPath(new URL('../server/openapi.json', import.meta.url))
const now = `${JSON.stringify(openapiDocument(VERSION), null, 2)}\n`

if (!process.argv.includes('--check')) {
  writeFileSync(path, now)
} else if (readFileSync(path, 'utf8') !== now) {
  process.stderr.write('server/openapi.json is out of date: run node scripts/openapi.ts\n')
  process.exitCode = 1
}
