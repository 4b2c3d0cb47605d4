import type { Command } from 'commander'
import { loadConfig } from '../../config/load.ts'
import { print, table } from './output.ts'
import { withPorts } from './with-ports.ts'

export function addSlo(program: Command): void {
  program
    .command('slo')
    .description('Tell how uploads went against the objective, and how soon files could be found.')
    .action(async (_options: object, command: Command) => {
      const { serviceLevel } = await import('../../core/upkeep/service-level.ts')
      const { uploadsPerThousand } = loadConfig().slo
      const levels = await withPorts((ports) => serviceLevel(ports, uploadsPerThousand))
      const percent = (share?: number) =>
        share === undefined ? '-' : `${(share * 100).toFixed(1)} %`
      const seconds = (ms?: number) => (ms === undefined ? '-' : `${(ms / 1000).toFixed(1)} s`)
      print(command, { objective: uploadsPerThousand / 1000, windows: levels }, () =>
        table(
          ['LAST', 'COMPLETE', 'ENDED', 'BUDGET LEFT', 'P50', 'P95'],
          levels.map(({ window, rate, ended, budgetLeft, findable }) => [
            window,
            percent(rate),
            String(ended),
            percent(budgetLeft),
            seconds(findable.p50Ms),
            seconds(findable.p95Ms),
          ]),
        ),
      )
    })
}
