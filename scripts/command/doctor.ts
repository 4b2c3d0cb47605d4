import type { Command } from 'commander'
import { loadConfig } from '../../config/load.ts'
import { print, table } from './output.ts'

export function addDoctor(program: Command): void {
  program
    .command('doctor')
    .description('Look whether Onefold can run well on this machine, and say what is missing.')
    .option('--clear-read-only', 'let a box write again that stopped when its disk failed')
    .action(async (options: { clearReadOnly?: boolean }, command: Command) => {
      if (options.clearReadOnly) return clearReadOnly(command)
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

/** For whoever has looked at the disk. What runs goes on as it is until it is started again. */
async function clearReadOnly(command: Command): Promise<void> {
  const { clearMark } = await import('../../config/wire.ts')
  const wasMarked = clearMark(loadConfig())
  print(command, { cleared: wasMarked }, () =>
    wasMarked
      ? 'The mark is gone. Start Onefold again; it writes then.'
      : 'There was no mark: no process found its disk failing.',
  )
}
