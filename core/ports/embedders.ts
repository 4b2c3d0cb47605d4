import type { SpaceKind } from './catalog/spaces.ts'
import type { Embedder } from './embedder.ts'
import type { PictureEmbedder } from './picture-embedder.ts'

/** The models that this box could embed with. */
export interface Embedders {
  /**
   * Loads a model for texts, or reaches the service that has it.
   *
   * @param model as a space names it: `<organization>/<name>`, the built-in one, one of a service
   * @throws AppError `unavailable` (reason `NO_MODEL`)
   */
  open(model: string): Promise<Embedder>
  /** The same for pictures. */
  openPictures(model: string): Promise<PictureEmbedder>
  /**
   * The one that the configuration and the models folder ask for; undefined where there is none.
   * `isChosen` when the configuration names it, and not only allows it.
   */
  preferred(kind: SpaceKind): Promise<{ model: string; isChosen: boolean } | undefined>
}
