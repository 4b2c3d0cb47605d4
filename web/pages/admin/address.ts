/** What of Admin stands in the address beside its section. */
export interface AdminSearch {
  /** The trace that is shown. */
  id?: string
  /** Which traces are listed. */
  only?: 'failed' | 'slow'
}

/** Reads the address; whatever does not fit is left out. */
export function adminSearch({ id, only }: Record<string, unknown>): AdminSearch {
  return {
    ...(typeof id === 'string' && id !== '' && { id }),
    ...((only === 'failed' || only === 'slow') && { only }),
  }
}
