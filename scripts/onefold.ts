import { program } from './command/program.ts'
import { report } from './command/report.ts'

try {
  await program().parseAsync()
} catch (error) {
  process.exitCode = report(error, process.argv.includes('--json'))
}
