import { integer, type OptionTree, optionalText, secret, text, url } from '../option.ts'

/** A service that people sign in at, beside names and passwords. */
export const OIDC = {
  oidc: {
    issuer: url(['https:', 'http:'], {
      doc: 'Provider of OpenID Connect whose people sign in here, as it calls itself: `https://id.corp.example/realms/corp`. Without TLS on this very machine alone. Another issuer is another provider, whose people are new.',
    }),
    clientId: optionalText({ doc: 'What the provider calls this box.' }),
    clientSecret: secret({
      doc: 'Secret that the provider knows this box by; better as a file, `ONEFOLD_OIDC_CLIENT_SECRET_FILE`. Without one the box is a public client.',
    }),
    origin: url(['https:', 'http:'], {
      doc: 'Where browsers reach this box: `https://files.corp.example`. The provider has to allow `/api/v1/session/oidc/callback` below it as the address to come back to.',
    }),
    name: text({
      default: 'Single sign-on',
      doc: 'What people know the provider as; it stands on the button of the sign-in page.',
    }),
    scope: text({
      default: 'openid profile',
      doc: 'What is asked for. Some providers want `groups` as well, and `offline_access` to be asked again.',
    }),
    nameClaim: text({
      default: 'preferred_username',
      doc: 'Claim with the name that people are shown by. Who they are is the subject, whatever their name.',
    }),
    groupsClaim: text({
      default: 'groups',
      doc: 'Claim with the names of their groups; these get grants and roles as those of a directory do.',
    }),
    graceHours: integer({
      default: 168,
      min: 1,
      max: 8_760,
      unit: 'h',
      doc: 'How long tokens of such people work after the provider last told of them. Groups are as they were then.',
    }),
  },
} as const satisfies OptionTree
