// `npm run reliability -- <name> [sizes]`: runs one of the proofs that stand beside this file. Without a
// name, lists them.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'

const PROOFS: Record<string, string> = {
  'audit-tamper': 'M7: an exported audit, tampered with and verified. [rounds] [entries] [seed]',
  'access-exact':
    'M3, R10: random questions over random changes of rights, against a model. [questions] [seed]',
  'fuzz-parsers':
    'C20: spoilt files, each read in its sandbox. [files] [seed] [notes to go on with]',
  'four-gib':
    'M10, R8: the whole box in 4 GiB of memory, fed hostile files; as root. [MiB] [copies]',
  'gc-model-check':
    'B5: every order of the blob protocol’s steps, a crash after each. [most states]',
  'kill9-loop': 'B1: SIGKILL at random moments, an audit after each. [processes] [seed]',
  'powercut-block':
    'B2: power cuts on a block device; as root. [rounds] [rounds of a control] [seed]',
  'gc-upload-soak': 'B6: clients and a sweep without grace, at once. [seconds]',
  'one-copy': 'M1: many people, the same files, three doors. [people] [files each]',
  'share-storm':
    'C21, M4: a flood of files into a share, with and without trouble. [files] [calm|trouble]',
  'long-scan':
    'R8, M10: one scan of thousands of pages, the worker killed on the way. [pages] [kills]',
  offline: 'M9: the whole box without a network, models from a file; as root, with strace.',
  'long-sound':
    'R8, M10: hours of sound with the tiny model, the worker killed on the way. [minutes] [kills]',
  poison: 'R7: many files, one of so many kills its reader. [files] [every]',
  samba: 'D1-D6, R11: a real Active Directory domain controller; as root, with samba-ad-dc.',
  'watched-tree':
    'R3, C21: the watcher over a huge tree, or in a storm, with 8,192 watches. [huge|storm] [files]',
}

const [name = '', ...sizes] = process.argv.slice(2)
if (!Object.hasOwn(PROOFS, name)) {
  for (const [each, what] of Object.entries(PROOFS)) console.log(`${each.padEnd(16)} ${what}`)
  process.exit(name === '' ? 0 : 2)
}
const args = [join(import.meta.dirname, `${name}.ts`), ...sizes]
process.exitCode = spawnSync(process.execPath, args, { stdio: 'inherit' }).status ?? 1
