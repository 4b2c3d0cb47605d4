/** A group of the directory; known by its object id, whatever it is called and wherever it stands. */
export interface DirectoryGroup {
  /** Never reused: objectGUID, entryUUID. Lower case. */
  objectId: string
  name: string
}

/** A person of the directory, as the directory tells of them now. */
export interface DirectoryPerson {
  /** Never reused: objectGUID, entryUUID. Lower case. */
  objectId: string
  /** What they sign in with. Somebody else may have it tomorrow. */
  username: string
  displayName: string
  isDisabled: boolean
  /** All groups they are in, through other groups as well. */
  groups: readonly DirectoryGroup[]
}

/** Everything the directory shows, whole. */
export interface Snapshot {
  people: readonly DirectoryPerson[]
  groups: readonly DirectoryGroup[]
}

/** One thing that was tried to reach the directory, and how it went. */
export interface Examination {
  step: 'reach' | 'tls' | 'bind' | 'base' | 'people' | 'groups' | 'person'
  state: 'ok' | 'failed' | 'skipped'
  /** Milliseconds. */
  tookMs: number
  /** What was found: a server, a certificate, a count. Never a secret. */
  found: string
  /** Why it failed (`DIRECTORY_TLS`, …). */
  reason?: string
  /** What to change, in a sentence. */
  advice?: string
}

/** A directory as its configuration describes it. */
export interface DirectoryAbout {
  servers: readonly string[]
  preset: string
  /** Undefined where it is found out. */
  base?: string
  /** Undefined where it is asked as nobody. */
  bindDn?: string
  personFilter?: string
}

/**
 * Who belongs to the house, and what for. A directory that does not answer, or not wholly, is an
 * error, never an absence: all methods throw AppError `unavailable` with a reason `DIRECTORY_…`.
 */
export interface Directory {
  /** What the configuration calls it; part of everybody's identity. */
  readonly id: string
  /** How it is configured, for people to read; without secrets. */
  readonly about: DirectoryAbout
  /** How often all of it is looked at, in milliseconds. */
  readonly syncMs: number
  /** How long what it said last counts while it does not answer, in milliseconds. */
  readonly graceMs: number
  /**
   * Whether there is no service account, and people are looked up by the way they came in themselves:
   * there is no look at all of it, and of others than those who are here nothing is known.
   */
  readonly isAskedAsPeople: boolean
  /**
   * The person, when name and password are right and the account is not disabled; undefined otherwise.
   * No password that is empty or blank, or has a NUL in it, is sent anywhere.
   */
  authenticate(name: string, password: string): Promise<DirectoryPerson | undefined>
  /**
   * Those of the people that are there, by object id. Who is not in the answer is not there; or, where
   * `isAskedAsPeople`, cannot be asked about.
   */
  lookUp(objectIds: readonly string[]): Promise<ReadonlyMap<string, DirectoryPerson>>
  /** All people and groups; every page of it, or an error: `conflict` where `isAskedAsPeople`. */
  snapshot(): Promise<Snapshot>
  /** Tries one thing after the other, up to the first that fails; throws nothing. */
  examine(name?: string): Promise<{ steps: Examination[]; person?: DirectoryPerson }>
}
