import type { DirectoryPerson } from './directory.ts'

/** What the browser's way to the provider and back is held to; known to this box alone. */
export interface Errand {
  state: string
  nonce: string
  verifier: string
}

/** Who came, and by what the provider can be asked about them again; it is as good as a password. */
export interface Arrival {
  person: DirectoryPerson
  grant?: string
}

/**
 * A service that people sign in at, by OpenID Connect. It is asked nothing before somebody wants to
 * sign in by it. What fails is an AppError `unavailable` (reasons `OIDC_UNREACHABLE`, and
 * `OIDC_INCOMPLETE` when somebody has groups that are not named) or
 * `unauthenticated` (reasons `OIDC_REFUSED`, `OIDC_INVALID`).
 */
export interface IdentityProvider {
  /** The issuer, as it calls itself; with the subject, the identity of its people. */
  readonly id: string
  /** What people know it as. */
  readonly name: string
  /** How long an account goes on after its last sign-in, in milliseconds; sessions end sooner. */
  readonly graceMs: number
  /** Where the browser goes to sign in, and what its way back has to fit. */
  begin(): Promise<{ address: string; errand: Errand }>
  /** Who came back. `query`: of the address that the browser came back by, as it stands. */
  finish(query: string, errand: Errand): Promise<Arrival>
  /**
   * Who somebody is now, by the grant of before, which is spent by it where another one is returned.
   * Undefined when the provider lets nobody in by it any more.
   *
   * @throws AppError `unavailable` (reason `OIDC_UNREACHABLE`): it cannot tell, or not us
   */
  renew(grant: string): Promise<Arrival | undefined>
  /** Whether grants last until somebody takes them back, and not only as long as a sign-in there. */
  readonly isGrantLasting: boolean
  /** Where the browser goes to sign out there as well; undefined where there is no such place. */
  signOutAddress(): string | undefined
}
