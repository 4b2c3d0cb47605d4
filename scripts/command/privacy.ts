import { Argument, type Command } from 'commander'
import type { UploadMode } from '../../core/possession/upload-mode.ts'
import { operator } from '../operator.ts'
import { bookNamed } from './named.ts'
import { bytes, print } from './output.ts'
import { withPorts } from './with-ports.ts'

export function addPrivacy(program: Command): void {
  program
    .command('privacy')
    .description('Show, or set, whether a large file that many hold may be proved instead of sent.')
    .addArgument(new Argument('[mode]').choices(['strict', 'instant']))
    .option('--private <book>', 'keep the contents of this book out of it')
    .option('--open <book>', 'let the contents of this book in again')
    .action(privacy)
}

async function privacy(
  mode: UploadMode | undefined,
  options: { private?: string; open?: string },
  command: Command,
): Promise<void> {
  const { getPrivacy, markPrivate } = await import('../../core/possession/privacy.ts')
  const { setUploadMode } = await import('../../core/possession/upload-mode.ts')
  const now = await withPorts(async (ports) => {
    const access = await operator(ports)
    for (const [name, isPrivate] of [
      [options.private, true],
      [options.open, false],
    ] as const) {
      if (name === undefined) continue
      const { id } = bookNamed(access, name)
      await markPrivate(ports, access.actor, { id, isPrivate })
    }
    if (mode) await setUploadMode(ports, access.actor, mode)
    return getPrivacy(ports, access.actor)
  })
  print(command, now, ({ books, figures }) =>
    [
      now.mode === 'strict'
        ? 'Strict: every file is sent in full. Nobody learns what others have.'
        : 'Instant: whoever proves to hold a large file that many others hold need not send it, and learns that they do.',
      `Private books: ${
        books.flatMap(({ name, isPrivate }) => (isPrivate ? name : [])).join(', ') || 'none'
      }`,
      `In 24 hours ${figures.passed} proofs were good (${bytes(figures.savedBytes)} not sent), ${figures.refused} were refused.`,
    ].join('\n'),
  )
}
