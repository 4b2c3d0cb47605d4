import type Sqlite from 'better-sqlite3'
import type { PlainEntry } from '../../../core/audit/record.ts'
import { packSeal, sealAfter, unpackSeal } from '../../../core/audit/seal.ts'
import type { KeyRing } from '../../../core/ports/index.ts'

/**
 * Teaches a connection to seal audit entries. A trigger calls it for every entry, in the transaction
 * of what the entry is about: whoever writes one without the key is refused by SQLite.
 */
export function registerSeal(database: Sqlite.Database, ring: KeyRing): void {
  const seal = (before: unknown, ...columns: unknown[]) =>
    packSeal(sealAfter(ring, unpackSeal(before as Buffer | null), entryOf(columns)))
  database.function('audit_seal', { varargs: true }, seal)
}

/** The columns in the order of the migration. */
function entryOf(columns: unknown[]): PlainEntry {
  const [id, at, ...texts] = columns as [number, number, ...(string | null)[]]
  const [userId, action, subject, subjectName, subjectPlace, detail, traceId, address, door] = texts
  return {
    id,
    at,
    userId: userId ?? null,
    action: action ?? '',
    subject: subject ?? '',
    subjectName: subjectName ?? null,
    subjectPlace: subjectPlace ?? null,
    detail: detail ?? '',
    traceId: traceId ?? '',
    address: address ?? null,
    door: door ?? null,
  }
}
