import { extname } from 'node:path'
import { probe } from '../adapters/sniff/probe.ts'
import type { Look } from '../core/ingest/look.ts'
import { parserFile } from '../core/pipeline/parser-file.ts'

/** Looks at files as the product does, in this very process. */
export const lookInside: Look = ({ fd }, name) =>
  probe(parserFile(fd, ''), extname(name).toLowerCase())
