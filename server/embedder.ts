import type { Ports } from '../core/ports/index.ts'

/** Whether the box finds by likeness of words alone, having no model that knows meanings. */
export const isBuiltin = ({ embedder }: Pick<Ports, 'embedder'>): boolean =>
  embedder.space.model.startsWith('builtin')
