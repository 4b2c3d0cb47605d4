import {
  choice,
  integer,
  type OptionTree,
  optionalPath,
  optionalText,
  secret,
  text,
  urls,
} from '../option.ts'

/** The directory that people are known from. */
export const DIRECTORY = {
  ldap: {
    url: urls(['ldaps:', 'ldap:'], {
      doc: 'Servers of an LDAP directory or Active Directory whose people sign in here: `ldaps://dc1.corp.example`, several with commas, tried in turn. `ldap://` goes on with StartTLS before anything else is sent.',
    }),
    preset: choice(['auto', 'active-directory', 'samba', 'openldap', 'freeipa'], {
      default: 'auto',
      doc: 'What kind of directory it is; `auto` asks it.',
    }),
    id: text({
      default: 'directory',
      doc: 'What the directory is called here; part of the identity of all its people. Another name is another directory, whose people are new. `id\\name` signs in as one of the directory where a local account has the name.',
    }),
    caFile: optionalPath({
      doc: 'Certificates of the authorities that the servers are believed by, as PEM; without it, those that Node knows.',
    }),
    clearText: choice(['off', 'loopback'], {
      default: 'off',
      doc: 'Whether a server on this very machine may be asked without TLS, by `ldap://127.0.0.1`. No other ever is.',
    }),
    bindDn: optionalText({
      doc: 'Service account that looks people up: its distinguished name, or `name@domain` in an Active Directory. Without it the directory is asked as nobody. It needs to read, nothing more.',
    }),
    bindPassword: secret({
      doc: 'Its password; better as a file, `ONEFOLD_LDAP_BIND_PASSWORD_FILE`.',
    }),
    bindPattern: optionalText({
      doc: 'How a typed name becomes the one that the directory is asked with, such as `{name}@corp.example` or `uid={name},ou=people,dc=corp,dc=example`, instead of looking it up first.',
    }),
    base: optionalText({
      doc: 'Where in the directory everything lies, such as `dc=corp,dc=example`; without it the directory is asked.',
    }),
    peopleBase: optionalText({
      doc: 'Below where people lie; without it, `ldap_base`, in a FreeIPA `cn=users,cn=accounts` below that.',
    }),
    groupsBase: optionalText({
      doc: 'Below where the groups lie that mean something here; without it, `ldap_base`, in a FreeIPA `cn=groups,cn=accounts` below that. Memberships through other groups count all the same.',
    }),
    personFilter: optionalText({
      doc: 'Who of the people may come in, as an LDAP filter, such as `(memberOf=cn=onefold,ou=groups,dc=corp,dc=example)`; without it, all.',
    }),
    syncMinutes: integer({
      default: 15,
      min: 1,
      max: 1_440,
      unit: 'min',
      doc: 'How often the whole directory is looked at. People who are here are looked up within a minute all the same.',
    }),
    graceHours: integer({
      default: 24,
      min: 1,
      max: 720,
      unit: 'h',
      doc: 'How long people of the directory may go on while it does not answer; after that their sessions and tokens wait for it. Local accounts go on.',
    }),
    timeoutMs: integer({
      default: 5_000,
      min: 100,
      max: 60_000,
      unit: 'ms',
      doc: 'Longest wait for one answer of a server; then the next one is asked. A sign-in takes twice that at most.',
    }),
  },
} as const satisfies OptionTree
