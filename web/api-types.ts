import { KINDS, type Kind } from '../core/model/kind.ts'
import type { components, operations, paths } from './api.gen.ts'

/** Short names for the shapes of the wire. Times are epoch ms. */
type Schemas = components['schemas']
type Body<Operation extends { responses: object }, Status extends number> =
  Operation['responses'] extends Record<Status, { content: { 'application/json': infer Answer } }>
    ? Answer
    : never
type QueryOf<Operation> = Operation extends { parameters: { query?: infer Query } }
  ? NonNullable<Query>
  : never

export type Problem = Schemas['Problem']
export type Session = Body<operations['whoAmI'], 200>
export type SessionUser = Schemas['User']
export type SessionRow = Schemas['Session']
export type Token = Schemas['Token']
export type NewToken = Schemas['NewToken']
export type Scope = Token['scopes'][number]
export type OrgRole = SessionUser['org_role']
export type UserRow = Schemas['Account']
export type Group = Schemas['Group']
export type Directory = NonNullable<Schemas['Directory']>
export type DirectoryTest = Schemas['DirectoryTest']
export type DirectoryGroup = Schemas['DirectoryGroup']
export type Grant = Schemas['Grant'] & { role: Role }
export type Subject = Body<operations['listSubjects'], 200>['items'][number]

export type Way = Schemas['Way']
export type Reach = Schemas['Reach']
export type PersonReach = Schemas['PersonReach']
export type WhatSees = Schemas['WhatSees']

export type Privacy = Schemas['Privacy']
export type Space = Schemas['Space']
export type ServiceLevel = Schemas['ServiceLevel']

export type Book = Schemas['Book']
export type ChapterRow = Schemas['Chapter']
export type Folder = Schemas['Folder']
export type Role = NonNullable<Schemas['Role']>

export type Version = Schemas['Version']
export type DocumentRow = Schemas['Document']
export type DocumentFull = Schemas['DocumentDetails']
export type NearDocument = Schemas['NearDocuments']['items'][number]
export type DocumentQuery = QueryOf<paths['/api/v1/documents']['get']>
export type ProcessingStep = Schemas['Step']
export type Modality = Schemas['Modality']
export type Coverage = NonNullable<Modality['coverage']>
export type UnreadFile = Schemas['UnreadFiles']['items'][number]
export type Locator = Schemas['Locator']
export type TextPage = Schemas['DocumentText']
export type TextPart = TextPage['parts'][number]

/** `marks` are half-open `[start, end)` offsets into the snippet. */
export type Hit = Omit<Schemas['Hit'], 'marks'> & { marks: number[][] }
export type SearchPage = Omit<Schemas['SearchResults'], 'hits'> & { hits: Hit[] }
export type Facets = SearchPage['facets']
export type SearchQuery = QueryOf<paths['/api/v1/search']['get']>
export type SortOrder = NonNullable<SearchQuery['sort']>

export type JobRow = Schemas['Job']
export type JobStats = Schemas['JobStats']

export type EndedUpload = Schemas['ListedUpload']

export type Share = Schemas['Share']
export type ShareEntry = Schemas['ShareEntry']
export type ShareDryRun = Schemas['ShareDryRun']
export type ShareProbe = Schemas['ShareProbe']
export type ShareMapping = Schemas['ShareMapping']
export type Usage = Schemas['Usage']
export type Model = Schemas['Model']
export type ModelWork = Schemas['ModelWork']
export type Store = Schemas['Provider']
/** A copy of a content in a further store. */
export type Copy = DocumentFull['provider_uploads'][string]
export type AuditRow = Schemas['AuditEntry']
export type AuditChain = Schemas['AuditChain']
export type AuditVerdict = Schemas['AuditVerdict']
export type Trace = Schemas['Trace']
export type TraceSummary = Schemas['TraceSummary']
export type Status = Schemas['Status']
export type MissingWork = Body<operations['missingWork'], 200>['items'][number]
export type Alarm = Schemas['Alarm']

/** Coarse kinds of files, for icons and facets. */
export { KINDS, type Kind }

/** `kind` as the wire has it; one this page does not know yet is `other`. */
export const kindOf = (kind: string): Kind => KINDS.find((known) => known === kind) ?? 'other'
