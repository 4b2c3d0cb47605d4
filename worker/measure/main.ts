import { loadConfig } from '../../config/load.ts'
import { measuring } from '../../config/measuring.ts'
import type { ModelKind } from '../../core/ports/index.ts'
import { perSecond } from './per-second.ts'

// What is measured is this process: its memory from outside, its speed by itself.
const [kind, name = ''] = process.argv.slice(2)
const work = await measuring(loadConfig(), kind as ModelKind, name)
const speed = await perSecond(work)
await work.close?.()
process.stdout.write(JSON.stringify({ perSecond: speed }))
process.exit(0)
