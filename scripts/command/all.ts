import type { Command } from 'commander'
import { loadConfig } from '../../config/load.ts'
import type { Prepared } from '../prepare.ts'

export function addAll(program: Command): void {
  program
    .command('all')
    .description('Run server, worker and watcher under one supervisor, until Ctrl-C.')
    .action(async (_options: object, command: Command) => {
      const { runAll } = await import('../run-all.ts')
      const asJson = command.optsWithGlobals<{ json?: boolean }>().json === true
      await runAll(loadConfig(), {
        forPeople: process.stdout.isTTY && !asJson,
        onReady(url, prepared) {
          if (asJson) console.log(JSON.stringify({ ready: url, ...prepared }))
          else console.log(welcome(url, prepared))
        },
      })
    })
}

function welcome(url: string, { account }: Prepared): string {
  const lines = [`Onefold is ready: ${url}`]
  if (account) {
    lines.push(
      `Sign in as "${account.username}" with the password ${account.password}`,
      `(kept in ${account.passwordFile})`,
    )
  }
  return lines.join('\n')
}
