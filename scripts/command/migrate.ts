import type { Command } from 'commander'
import { loadConfig } from '../../config/load.ts'
import { holdAlone } from '../instance-lock.ts'
import type { Prepared } from '../prepare.ts'
import { print } from './output.ts'

export function addMigrate(program: Command): void {
  program
    .command('migrate')
    .description(
      'Bring the data folder to this version, and clean up after a crash. "all" does it too.',
    )
    .action(async (_options: object, command: Command) => {
      const config = loadConfig()
      const lock = await holdAlone(config.dataDir)
      const { prepare } = await import('../prepare.ts')
      const prepared = await prepare(config)
      lock.release()
      // Answers go to logs here; the password stays in its file.
      print(command, withoutPassword(prepared), () => {
        const { migrations, recovered, account } = prepared
        const ran = migrations.length === 0 ? 'none were due' : migrations.join(', ')
        const lines = [`Migrations: ${ran}. Leftovers of a crash removed: ${recovered}.`]
        if (account) {
          lines.push(`The password of "${account.username}" is in ${account.passwordFile}.`)
        }
        return lines.join('\n')
      })
    })
}

const withoutPassword = ({ account, ...rest }: Prepared) => ({
  ...rest,
  ...(account && { passwordFile: account.passwordFile }),
})
