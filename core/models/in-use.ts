import { AppError } from '../errors.ts'
import type { Model, Ports } from '../ports/index.ts'

type UsePorts = Pick<Ports, 'models' | 'catalog'>

/**
 * The models that the box works with: of each kind the one that it finds, those whose vectors answer
 * or are being made, and every language on the shelf.
 */
export async function modelsInUse({ models, catalog }: UsePorts): Promise<ReadonlySet<string>> {
  const kinds = ['embedding', 'speech', 'image'] as const
  const found = await Promise.all(kinds.map((kind) => models.find(kind)))
  const languages = (await models.list()).filter(
    ({ kind, state }) => kind === 'ocr' && state !== 'broken',
  )
  const spaces = (await catalog.spaces.list()).filter(
    ({ state }) => state === 'active' || state === 'building',
  )
  return new Set([
    ...[...found, ...languages].flatMap((model) => model?.name ?? []),
    ...spaces.map(({ model }) => model),
  ])
}

/** @throws AppError `conflict` (reason `MODEL_IN_USE`) when the box works with it */
export async function requireUnused(ports: UsePorts, { name }: Model): Promise<void> {
  if (!(await modelsInUse(ports)).has(name)) return
  throw new AppError(
    'conflict',
    `${name} is in use: without it the box understands less. Confirm that it is to go all the same.`,
    { reason: 'MODEL_IN_USE' },
  )
}
