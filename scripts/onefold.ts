import { program } from './command/program.ts'
import { report } from './command/report.ts'

// Whatever any door or command writes is its own account's alone; shares are opened to others by name.
process.umask(0o077)

try {
  await program().parseAsync()
} catch (error) {
  process.exitCode = report(error, process.argv.includes('--json'))
}
