import type { Ports } from '../ports/index.ts'

/**
 * Begins to build the space of the model that the configuration asks for, where the box has another;
 * without being asked, a model takes the place of the built-in one only. What was built before, and
 * switched away from or dropped, is left to people.
 */
export async function proposeSpace(
  ports: Pick<Ports, 'catalog' | 'clock' | 'embedder' | 'embedders' | 'log'>,
): Promise<void> {
  const { catalog, clock, embedder, embedders, log } = ports
  const preferred = await embedders.preferred('text')
  if (!preferred || preferred.model === '' || preferred.model === embedder.space.model) return
  if (!preferred.isChosen && !embedder.isLexical) return
  const spaces = await catalog.spaces.list()
  if (spaces.some(({ model }) => model === preferred.model)) return
  const opened = await embedders.open(preferred.model)
  await opened.close()
  await catalog.spaces.build('text', opened.space, clock.now())
  log.info('A space is built for a new model.', { space: opened.space.id })
}
