import { type Access, isBoxAdmin, requireScope } from '../access/access.ts'
import type { Digest } from '../digest.ts'
import type { Coverage } from '../model/locator.ts'
import type { DerivationRow, Expansion, Ports, ShownCopy, VersionRow } from '../ports/index.ts'
import { type Attachments, attachmentsOf } from './attachments.ts'
import { findDocument, type OwnDocument } from './find-document.ts'
import { type ModalityView, modalitiesOf, overallCoverage } from './modalities.ts'
import { pagesShown } from './preview.ts'

/** What is known of a document's content. */
export interface Details {
  digest: Digest
  wordCount?: number
  pageCount?: number
  language?: string
  /** How long a recording or a film plays. */
  durationMs?: number
  /**
   * Who has heard it, for recordings and films: `whisper:onnx-community/whisper-base`. For administrators
   * of the organization: who listened tells when, and whether others had it before.
   */
  heardBy?: string
  /** Title, author and the like, as the file states them. */
  metadata: Record<string, string>
  /** How much of the file each step reached, for the steps that count. */
  coverage: (Coverage & { step: string })[]
  /** Pieces of text that can be found. */
  passages: number
  /** Pages that can be looked at one by one as pictures, for what no browser turns over. */
  pagesShown?: number
}

/** A document with all that its own page shows. */
export interface DescribedDocument {
  document: OwnDocument
  details: Details
  /** How much of the file was read, whoever read it; absent while nobody has looked. */
  coverage?: Coverage
  /** How far it is understood, way by way. */
  modalities: ModalityView[]
  /** Steps of the content in pipeline order, those under way included. */
  processing: DerivationRow[]
  /**
   * Of the current content in further stores, in the order of their names. Where a copy lies and when
   * it was read back is for administrators: the place stays as long as anybody has the content, and
   * it is read back whenever somebody brings it.
   */
  copies: ShownCopy[]
  /** Of an archive whose files are to be documents of their own. */
  expansion?: Expansion
  /** Of a mail. */
  attachments?: Attachments
  /** What its current version came inside of, if whoever asks may read that. */
  cameIn?: CameIn
}

/** A mail that something was attached to, or an archive that it was taken out of. */
interface CameIn {
  documentId: string
  name: string
  as: 'mail' | 'archive'
}

/**
 * A document, what is known of its current content, and how that came about.
 *
 * @throws AppError `not_found` for a hidden or absent one
 */
export async function getDocument(
  ports: Pick<Ports, 'catalog'>,
  access: Access,
  id: string,
): Promise<DescribedDocument> {
  requireScope(access.actor, 'read')
  const document = await findDocument(ports, access, { id })
  const { digest, id: versionId } = document.version
  const processing = await ports.catalog.derivations.shown(versionId)
  const all = (await ports.catalog.copies.shown([versionId])).get(versionId) ?? []
  const copies = isBoxAdmin(access.actor)
    ? all
    : all.map(({ provider, state }) => ({ provider, state }))
  const coverage = overallCoverage(processing)
  const expansion = await ports.catalog.archives.of(versionId)
  const mail = { version: document.version, steps: processing }
  const attachments = await attachmentsOf(ports, access, mail)
  const cameIn = await cameInOf(ports, access, document.version)
  const { heardBy, ...details } = detailsOf(digest, processing)
  return {
    document,
    details: { ...details, ...(heardBy && isBoxAdmin(access.actor) && { heardBy }) },
    ...(coverage && { coverage }),
    modalities: modalitiesOf(processing),
    processing,
    copies,
    ...(expansion && { expansion }),
    ...(attachments && { attachments }),
    ...(cameIn && { cameIn }),
  }
}

async function cameInOf(
  { catalog }: Pick<Ports, 'catalog'>,
  { visible }: Access,
  { parentVersionId, documentId, number }: VersionRow,
): Promise<CameIn | undefined> {
  if (parentVersionId === undefined) return undefined
  const [row] = await catalog.history.page(visible, documentId, { limit: 1, before: number + 1 })
  const { mail, archive } = row?.origin ?? {}
  if (mail) return { ...mail, as: 'mail' }
  return archive && { ...archive, as: 'archive' }
}

function detailsOf(digest: Digest, steps: readonly DerivationRow[]): Details {
  const facts = (step: string) => steps.find((row) => row.step === step)?.facts ?? {}
  const [read, all] = [facts('extract'), facts('chunk')]
  const language = all.language ?? facts('speech').language ?? read.language
  const pages = pagesShown(steps)
  const optional = {
    wordCount: numberOf(all.wordCount) ?? numberOf(read.wordCount),
    pageCount: numberOf(read.pageCount),
    language: typeof language === 'string' ? language : undefined,
    durationMs: numberOf(read.durationMs),
    heardBy: facts('speech').heardBy,
  }
  return {
    digest,
    metadata: textsOf(read.metadata),
    coverage: steps.flatMap(({ step, coverage }) => (coverage ? [{ step, ...coverage }] : [])),
    passages: numberOf(all.chunks) ?? 0,
    ...(pages !== undefined && { pagesShown: pages }),
    ...(optional.wordCount !== undefined && { wordCount: optional.wordCount }),
    ...(optional.pageCount !== undefined && { pageCount: optional.pageCount }),
    ...(optional.language !== undefined && { language: optional.language }),
    ...(optional.durationMs !== undefined && { durationMs: optional.durationMs }),
    ...(typeof optional.heardBy === 'string' && { heardBy: optional.heardBy }),
  }
}

const numberOf = (value: unknown): number | undefined =>
  typeof value === 'number' ? value : undefined

/** Facts are JSON that an older version may have written: only texts are shown as texts. */
const textsOf = (value: unknown): Record<string, string> =>
  typeof value === 'object' && value !== null
    ? Object.fromEntries(
        Object.entries(value).filter(
          (entry): entry is [string, string] => typeof entry[1] === 'string',
        ),
      )
    : {}
