import { accessSync, constants, readFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import type { Ports } from '../core/ports/index.ts'
import { isBuiltin } from './embedder.ts'

/** Something that this box can do or not, and what would turn it on. */
export interface Ability {
  name: string
  available: boolean
  howToEnable: string
}

/** One a line: program, Debian package, and what it does; the start script reads it too. */
const PROGRAMS = join(import.meta.dirname, '..', 'scripts', 'programs.txt')

/** Installed for what is to come: it would be no ability of this version to have it. */
const UNUSED = '(not used by this version)'

/** What may be on or off on this box: what system programs do, and finding by meaning. */
export function abilitiesOf(
  ports: Pick<Ports, 'embedder'>,
  path: string = process.env.PATH ?? '',
): Ability[] {
  const lines = readFileSync(PROGRAMS, 'utf8').trim().split('\n')
  const used = lines.filter((line) => !line.includes(UNUSED))
  const programs = used.map((line) => {
    const [program = '', packageName = '', ...name] = line.split(' ')
    return {
      name: name.join(' '),
      available: isInstalled(program, path),
      howToEnable: `apt-get install ${packageName}`,
    }
  })
  const meaning = {
    name: 'finding by meaning, with a language model',
    available: !isBuiltin(ports),
    howToEnable: 'onefold models add Xenova/multilingual-e5-small',
  }
  return [...programs, meaning]
}

function isInstalled(program: string, path: string): boolean {
  return path.split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK)
      return true
    } catch {
      return false // not in this folder
    }
  })
}
