import type { AuditEntry } from './journal.ts'
import type { Act } from './library.ts'

/** `measure`: how much memory a model takes, and how quick it is on this box. */
export type ModelTask = 'add' | 'import' | 'export' | 'remove' | 'verify' | 'measure'

/** `asks`: goes on when a person has answered, as about a key that nobody here knows. */
export type ModelWorkState = 'waiting' | 'running' | 'asks' | 'done' | 'failed'

/** One piece of long work on the shelf of models. */
export interface ModelWorkRow {
  id: string
  task: ModelTask
  /** The model's name, or what the file with models is called. */
  subject: string
  state: ModelWorkState
  /** What it was asked with, for who does it. */
  input: Readonly<Record<string, unknown>>
  /** What it found, or what it asks. */
  result?: Readonly<Record<string, unknown>>
  /** In its own unit: bytes, or steps of a measurement. */
  done: number
  total: number
  reason?: string
  message?: string
  userId?: string
  traceId: string
  address?: string
  createdAt: number
  updatedAt: number
}

/** How work ended, in the words of its row. */
export interface ModelWorkEnd {
  state: 'asks' | 'done' | 'failed'
  result?: Record<string, unknown>
  reason?: string
  message?: string
  /** Models that are others now, or gone: what was measured and verified of them is forgotten. */
  changed?: readonly string[]
  audit?: readonly AuditEntry[]
}

/**
 * Work on the shelf of models: who asks need not be who does it. Of all processes one does one piece
 * at a time, under a lease.
 */
export interface ModelWork {
  /** Queues work. @returns the row; the one that waits already when it is the same */
  ask(work: Pick<ModelWorkRow, 'task' | 'subject' | 'input'>, by: Act): Promise<ModelWorkRow>
  /** Begins work that whoever asks does itself. @returns undefined when something runs */
  begin(
    work: Pick<ModelWorkRow, 'task' | 'subject' | 'input'>,
    by: Act,
    holder: { worker: string; until: number },
  ): Promise<ModelWorkRow | undefined>
  /**
   * Takes the oldest that waits, or whose worker is gone.
   *
   * @returns undefined when nothing waits or something runs
   */
  take(worker: string, until: number, now: number): Promise<ModelWorkRow | undefined>
  /** Says how far it is, and holds it until `until`. False when it is not this worker's any more. */
  progress(
    id: string,
    worker: string,
    at: { done: number; total: number; until: number; now: number },
  ): Promise<boolean>
  /** Ends it, with its audit entries, in one transaction. Nothing when it is not this worker's. */
  end(id: string, worker: string, end: ModelWorkEnd, now: number): Promise<void>
  /** Queues again what asks, with the answer added to its input. False when it does not ask. */
  answer(id: string, input: Record<string, unknown>, now: number): Promise<boolean>
  /** Forgets work that does not run. @returns it as it was; undefined when there is none such */
  drop(id: string): Promise<ModelWorkRow | undefined>
  /** Newest first; of what is done, the newest of each task and subject. */
  list(): Promise<ModelWorkRow[]>
}
