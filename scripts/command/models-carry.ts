import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { Command } from 'commander'
import { AppError } from '../../core/errors.ts'
import { fingerprintOf, type Signer, signerFromPem } from '../../core/models/signature.ts'
import { importTask, modelNamed } from '../../core/models/tasks.ts'
import type { Model } from '../../core/ports/index.ts'
import { AFTER } from './models-add.ts'
import { print } from './output.ts'
import { doHere, withShelf } from './with-shelf.ts'

type ShelfPorts = Parameters<typeof doHere>[0]

export function addCarrying(models: Command): void {
  models
    .command('export')
    .description('Write models into one signed file, for a box without internet.')
    .argument('<file>', 'a new file')
    .argument('[names...]', 'some models, instead of all that have checksums')
    .option(
      '--key <file>',
      'sign with this private key of Ed25519 (PEM), instead of the key of the box',
    )
    .action(runExport)
  models
    .command('import')
    .description('Take models from a file that another box has exported.')
    .argument('<file>')
    .option('--trust <fingerprint>', 'take it though its key is not in models/trusted-keys')
    .option('--allow-older', 'replace models by older states of them')
    .action(runImport)
}

async function runExport(
  file: string,
  names: string[],
  { key }: { key?: string },
  command: Command,
): Promise<void> {
  const done = await withShelf(async (ports) => {
    const signer = key === undefined ? ports.keys.signer : await signerOf(key)
    const models = await chosen(ports, names)
    await doHere(ports, { task: 'export', subject: file }, async (how) => {
      await ports.models.carrier.pack(models, resolve(file), { ...how, signer })
      return { audit: models.map(({ name }) => ({ action: 'model.export', name })) }
    })
    return { models: models.map(({ name }) => name), fingerprint: fingerprintOf(signer.publicKey) }
  })
  print(command, { file, ...done }, () =>
    [
      `${file} holds ${done.models.join(', ')}.`,
      `Its key is ${done.fingerprint}: the other box asks for it.`,
    ].join('\n'),
  )
}

async function signerOf(path: string): Promise<Signer> {
  return signerFromPem(await readFile(path, 'utf8'))
}

/** @throws AppError `conflict` (reason `MODEL_UNVERIFIED`) for one that nobody knows the hashes of */
async function chosen(ports: ShelfPorts, names: readonly string[]): Promise<Model[]> {
  const all =
    names.length === 0
      ? (await ports.models.list()).filter(({ state }) => state === 'whole')
      : await Promise.all(names.map((name) => modelNamed(ports, name)))
  const unknown = all.find(({ manifest }) => !manifest)
  if (unknown) {
    throw new AppError(
      'conflict',
      `${unknown.name} has no checksums. Write them first: onefold models verify ${unknown.name} --adopt`,
      { reason: 'MODEL_UNVERIFIED' },
    )
  }
  if (all.length > 0) return all
  throw new AppError('not_found', 'There is no model with checksums to export.')
}

async function runImport(
  file: string,
  options: { trust?: string; allowOlder?: boolean },
  command: Command,
): Promise<void> {
  const wish = { file: resolve(file), ...options }
  const { result } = await withShelf((ports) =>
    doHere(ports, { task: 'import', subject: file }, (how) => importTask(ports, wish, how)),
  )
  const { models } = result as { models: string[] }
  print(command, { imported: models }, () =>
    [`On the shelf now: ${models.join(', ')}.`, AFTER_IMPORT].join('\n'),
  )
}

const AFTER_IMPORT = `${AFTER.speech} ${AFTER.embedding}`
