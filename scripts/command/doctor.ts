import type { Command } from 'commander'
import { loadConfig } from '../../config/load.ts'
import { print, table } from './output.ts'

export function addDoctor(program: Command): void {
  program
    .command('doctor')
    .description('Look whether Onefold can run well on this machine, and say what is missing.')
    .action(async (_options: object, command: Command) => {
      const { checkMachine } = await import('../check-machine.ts')
      const findings = await checkMachine(loadConfig())
      const isFit = findings.every(({ state }) => state !== 'fail')
      print(command, { ok: isFit, findings }, () =>
        table(
          ['CHECK', 'STATE', ''],
          findings.map(({ name, state, message }) => [name, state, message]),
        ),
      )
      if (!isFit) process.exitCode = 1
    })
}
