import { expect, it } from 'vitest'
import { fuzzParsers } from './fuzz-parsers.ts'

it('C20 parser-fuzz: spoilt files are read or refused by name, and end nobody else', async () => {
  const { files, untyped, crashes } = await fuzzParsers(14, 7)
  expect({ files, untyped, crashes }).toEqual({ files: 14, untyped: [], crashes: 0 })
}, 300_000)
