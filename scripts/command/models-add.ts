import { createInterface } from 'node:readline/promises'
import { type Command, Option } from 'commander'
import { AppError } from '../../core/errors.ts'
import { addTask } from '../../core/models/add-model.ts'
import { MODEL_KINDS, sizeOf } from '../../core/models/manifest.ts'
import type { ModelKind } from '../../core/ports/index.ts'
import type { HubOffer, ModelHub } from '../../core/ports/model-hub.ts'
import { bytes, print } from './output.ts'
import { doHere, withShelf } from './with-shelf.ts'

interface AddOptions {
  kind?: ModelKind
  revision?: string
  from?: string
  yes?: boolean
}

export function addAdding(models: Command): void {
  models
    .command('add')
    .description('Fetch a model from the internet, or go on with that, and check it.')
    .argument('<name>', 'such as organization/name; a language of OCR is tesseract/<language>')
    .addOption(
      new Option('--kind <kind>', 'what it is for, where the source does not say').choices(
        MODEL_KINDS,
      ),
    )
    .option('--revision <revision>', 'a branch, a tag or a commit of it')
    .option('--from <url>', 'another source than the one of the configuration')
    .option('--yes', 'fetch it without asking')
    .action(runAdd)
}

async function runAdd(name: string, options: AddOptions, command: Command): Promise<void> {
  const { openHub } = await import('../../config/models.ts')
  const { yes = false, ...wish } = options
  const offer = await withShelf(async (ports, config) => {
    const hub = openHub(config)
    const found = await hub.offer({ name, ...wish }, new AbortController().signal)
    await confirm(found, yes)
    await fetchIt(ports, hub, found)
    return found
  })
  print(command, { added: name, kind: offer.kind, revision: offer.revision ?? null }, () =>
    [`${name} is on the shelf.`, AFTER[offer.kind]].join('\n'),
  )
}

const fetchIt = (
  ports: Parameters<typeof doHere>[0],
  hub: ModelHub,
  offer: HubOffer,
): Promise<unknown> =>
  doHere(ports, { task: 'add', subject: offer.name }, (how) =>
    addTask({ models: ports.models, hub }, offer, how),
  )

/** What happens next, by kind. */
export const AFTER: Readonly<Record<ModelKind, string>> = {
  embedding:
    'A running box takes it up by itself: its vectors are made beside the old ones, and used when they are complete.',
  speech: 'A running box uses it for the next recording; what was left out can be tried again.',
  ocr: 'A running box reads it in the next scan; what was left out can be tried again.',
  image: 'A running box takes it up by itself, and looks at the pictures that are there.',
}

/** Says what would be fetched, and waits for a yes. @throws AppError `bad_request` without one */
async function confirm(offer: HubOffer, isYes: boolean): Promise<void> {
  const unchecked = offer.files.filter((file) => !file.sha256 && !file.gitSha1)
  const lines = [
    `${offer.name}, for ${offer.kind}, revision ${offer.revision ?? 'unknown'}`,
    `licence: ${offer.licence}`,
    `size: ${bytes(sizeOf(offer))} in ${offer.files.length} files, from ${offer.source}`,
    ...(unchecked.length > 0
      ? ['The source promises no checksum: what comes is taken as it is, and kept by its own.']
      : []),
  ]
  if (isYes) return
  if (!process.stdin.isTTY) {
    throw new AppError(
      'bad_request',
      `${lines.join('\n')}\nTo fetch it without a terminal: --yes`,
      {
        reason: 'NOT_CONFIRMED',
      },
    )
  }
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  const answer = await terminal.question(`${lines.join('\n')}\nFetch it? [y/N] `)
  terminal.close()
  if (/^y(es)?$/i.test(answer.trim())) return
  throw new AppError('bad_request', 'Nothing was fetched.', { reason: 'NOT_CONFIRMED' })
}
