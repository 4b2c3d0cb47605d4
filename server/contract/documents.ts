import { createRoute, z } from '@hono/zod-openapi'
import { NOT_RETRIED } from '../../core/library/retry-document.ts'
import { CoverageOut, LocatorOut, ModalityOut, StepOut } from './locators.ts'
import {
  body,
  done,
  Flag,
  failures,
  Id,
  idParam,
  json,
  listOf,
  paging,
  RoleName,
  Time,
} from './shared.ts'

const Named = z.object({ id: Id, name: z.string() })

export const VersionOut = z
  .object({
    id: Id,
    number: z.int(),
    size_bytes: z.int(),
    media_type: z.string(),
    kind: z.string().openapi({ example: 'pdf' }),
    created_by: Named,
    created_at: Time,
    door: z.enum(['web', 'api', 'share', 'mail']),
  })
  .openapi('Version')

const Understanding = z.enum(['waiting', 'working', 'ready', 'partial', 'no_text', 'failed'])

export const DocumentOut = z
  .object({
    id: Id,
    name: z.string(),
    folder: z.string(),
    book: Named,
    chapter: Named,
    role: RoleName,
    current_version: VersionOut,
    version_count: z.int(),
    created_at: Time,
    updated_at: Time,
    trashed_at: Time.nullable(),
    source_state: z.enum(['present', 'missing']).nullable(),
    understanding: Understanding,
    has_preview: z.boolean(),
  })
  .openapi('Document')

const AttachmentOut = z.object({
  name: z.string().openapi({ description: 'As its sender wrote it' }),
  media_type: z.string().openapi({ description: 'As its sender wrote it' }),
  size_bytes: z.int(),
  document: z
    .object({
      id: Id,
      version_id: Id,
      name: z.string(),
      kind: z.string(),
      understanding: Understanding,
      coverage: CoverageOut.nullable(),
    })
    .nullable()
    .openapi({ description: 'What it became; null where the caller sees none' }),
})

const DocumentDetails = DocumentOut.extend({
  details: z.object({
    sha256: z.string(),
    word_count: z.int().nullable(),
    page_count: z.int().nullable(),
    language: z.string().nullable(),
    duration_ms: z.int().nullable(),
    heard_by: z.string().nullable().openapi({
      description: 'Who wrote down what is said in it; for administrators of the organization',
    }),
    metadata: z.record(z.string(), z.string()),
    coverage: z.array(CoverageOut.extend({ step: z.string() })),
    passages: z.int(),
    pages_shown: z.int().nullable().openapi({
      description: 'Pages of a TIFF that `preview` gives one by one',
    }),
  }),
  coverage: CoverageOut.nullable().openapi({
    description: 'How much of the file was read, whichever step read it',
  }),
  modalities: z.array(ModalityOut),
  processing: z.array(StepOut),
  expansion: z
    .object({
      state: z.enum(['working', 'done', 'partial']),
      taken: z.int(),
      total: z.int(),
      missing: z.array(
        z.object({ path: z.string().nullable(), reason: z.string(), message: z.string() }),
      ),
    })
    .nullable()
    .openapi({
      description:
        'Of an archive whose share has its files made documents of their own: how many are, and which are not; the first hundred',
    }),
  attachments: z
    .object({ total: z.int(), items: z.array(AttachmentOut) })
    .nullable()
    .openapi({ description: 'Of a mail: what came with it, the first two hundred' }),
  came_in: z
    .object({ document_id: Id, name: z.string(), as: z.enum(['mail', 'archive']) })
    .nullable()
    .openapi({ description: 'What the current version came inside of, if the caller sees it' }),
  provider_uploads: z
    .record(
      z.string(),
      z.object({
        state: z.enum(['waiting', 'stored', 'failed']),
        key: z.string().nullable().openapi({ description: 'For administrators' }),
        checksum: z
          .string()
          .nullable()
          .openapi({ description: 'As the store tells it; for administrators' }),
        verified_at: Time.nullable().openapi({
          description: 'When the copy was last read back and hashed; for administrators',
        }),
      }),
    )
    .openapi({ description: 'Copies in further stores, by the name of the store' }),
  trace_id: z.string().nullable(),
  job_id: z.string().nullable(),
}).openapi('DocumentDetails')

const tags = ['Documents']

export const listDocumentsRoute = createRoute({
  method: 'get',
  path: '/api/v1/documents',
  operationId: 'listDocuments',
  tags,
  summary: 'Documents, a page at a time',
  request: {
    query: z.object({
      chapter: Id.optional(),
      folder: z.string().max(4096).optional().openapi({ description: 'Exactly this folder' }),
      q: z.string().max(200).optional().openapi({ description: 'Part of the name' }),
      trashed: Flag.optional(),
      sort: z.enum(['name', 'updated', 'size']).default('name'),
      order: z.enum(['asc', 'desc']).default('asc'),
      ...paging,
    }),
  },
  responses: { 200: json(listOf(DocumentOut), 'One page'), ...failures },
})

export const getDocumentRoute = createRoute({
  method: 'get',
  path: '/api/v1/documents/{id}',
  operationId: 'getDocument',
  tags,
  summary: 'A document with its details and the state of its processing',
  request: { params: idParam },
  responses: { 200: json(DocumentDetails, 'The document'), ...failures },
})

export const moveDocumentRoute = createRoute({
  method: 'patch',
  path: '/api/v1/documents/{id}',
  operationId: 'moveDocument',
  tags,
  summary: 'Rename or move a document',
  request: {
    params: idParam,
    body: body(
      z.object({
        name: z.string().min(1).max(1000).optional(),
        folder: z.string().max(4096).optional(),
        chapter_id: Id.optional(),
      }),
    ),
  },
  responses: { 200: json(DocumentOut, 'The document where it is now'), ...failures },
})

export const removeDocumentRoute = createRoute({
  method: 'delete',
  path: '/api/v1/documents/{id}',
  operationId: 'removeDocument',
  tags,
  summary: 'Put a document into the trash, or remove a trashed one for good',
  request: { params: idParam, query: z.object({ permanent: Flag.optional() }) },
  responses: { 204: done, ...failures },
})

export const restoreDocumentRoute = createRoute({
  method: 'post',
  path: '/api/v1/documents/{id}/restore',
  operationId: 'restoreDocument',
  tags,
  summary: 'Take a document out of the trash',
  request: { params: idParam },
  responses: { 200: json(DocumentOut, 'The document'), ...failures },
})

/** What may be asked to be done again by itself. */
const RETRIED_STEPS = ['extract', 'ocr', 'speech', 'picture', 'preview', 'near', 'embed'] as const

export const retryDocumentRoute = createRoute({
  method: 'post',
  path: '/api/v1/documents/{id}/retry',
  operationId: 'retryDocument',
  tags,
  summary: 'Do again what was not read of a document',
  description:
    'Without a body, what failed. With a step, that one, where it is partial, failed or was not available; with units, only those pages or minutes of it, pages that were read badly (`hard_units`) too. What was read is kept, unless it is read better.',
  request: {
    params: idParam,
    body: {
      required: false,
      content: {
        'application/json': {
          schema: z.object({
            step: z.enum(RETRIED_STEPS).optional(),
            units: z.array(z.int().min(1)).max(5000).optional().openapi({
              description: 'Pages of `ocr`, minutes of `speech`, from 1',
            }),
          }),
        },
      },
    },
  },
  responses: {
    200: json(
      z.object({
        retried: z.int(),
        reason: z.enum(NOT_RETRIED).nullable(),
        message: z.string().nullable(),
      }),
      'How many steps, or why none',
    ),
    ...failures,
  },
})

const EntryOut = z
  .object({
    type: z.enum(['file', 'folder', 'link', 'other']),
    size_bytes: z.int().openapi({ description: 'Unpacked' }),
    modified_at: Time.nullable(),
    is_encrypted: z.boolean(),
    document_id: Id.nullable().openapi({
      description: 'The document that it is, where its share has archives expanded',
    }),
  })
  .openapi('ArchiveEntry', { description: 'What an archive says of a file in it' })

export const documentTextRoute = createRoute({
  method: 'get',
  path: '/api/v1/documents/{id}/text',
  operationId: 'documentText',
  tags,
  summary: 'Extracted text with its places',
  request: {
    params: idParam,
    query: z.object({ version: Id.optional(), cursor: paging.cursor }),
  },
  responses: {
    200: json(
      z
        .object({
          parts: z.array(
            z.object({
              text: z.string(),
              locator: LocatorOut,
              entry: EntryOut.optional(),
            }),
          ),
          coverage: CoverageOut.nullable(),
          next_cursor: z.string().nullable(),
        })
        .openapi('DocumentText'),
      'Parts in reading order',
    ),
    ...failures,
  },
})

export const previewRoute = createRoute({
  method: 'get',
  path: '/api/v1/documents/{id}/preview',
  operationId: 'documentPreview',
  tags,
  summary: 'Picture of the first page, or of one page of a TIFF',
  request: {
    params: idParam,
    query: z.object({
      page: z.coerce.number().int().min(1).max(100_000).optional().openapi({
        description:
          'From 1 to `details.pages_shown`; without it, a small picture of the first page',
      }),
    }),
  },
  responses: {
    200: {
      description: 'WebP',
      content: { 'image/webp': { schema: z.string().openapi({ format: 'binary' }) } },
    },
    ...failures,
  },
})
