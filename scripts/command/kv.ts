import type { Command } from 'commander'
import { print } from './output.ts'
import { withPorts } from './with-ports.ts'

export function addKv(program: Command): void {
  const kv = program.command('kv').description('The record of contents in Valkey, Redis or KeyDB.')
  kv.command('rebuild')
    .description('Write the record of every content again, from the catalog.')
    .action(rebuild)
}

async function rebuild(_options: object, command: Command): Promise<void> {
  const { writeAll } = await import('../../core/content/mirror.ts')
  const result = await withPorts((ports) => writeAll(ports))
  print(command, result, () => `${result.records} records are written.`)
}
