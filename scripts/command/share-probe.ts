import type { Command } from 'commander'
import type { ProbeLine } from '../../core/share/probe-lines.ts'
import { operator } from '../operator.ts'
import { print } from './output.ts'
import { withPorts } from './with-ports.ts'

export function addProbe(share: Command): void {
  share
    .command('probe')
    .description('Measure a folder: how it would be watched, and what to do about it.')
    .argument('<folder>', 'its path; it need not be watched')
    .action(probe)
}

async function probe(path: string, _options: object, command: Command): Promise<void> {
  const { probeShare } = await import('../../core/share/probe-share.ts')
  const found = await withPorts(async (ports) => probeShare(ports, await operator(ports), path))
  print(command, found, () => [found.path, ...found.lines.flatMap(textOf)].join('\n'))
}

const MARK: Record<ProbeLine['level'], string> = { good: ' ', warn: '!', bad: 'X' }

const textOf = ({ what, level, value, meaning }: ProbeLine): string[] => [
  `${MARK[level]} ${what.padEnd(8)} ${value}`,
  `           ${meaning}`,
]
