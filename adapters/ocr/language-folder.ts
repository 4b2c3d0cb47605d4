import { mkdtemp, readFile, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import type { LanguageData } from './languages.ts'

const inflate = promisify(gunzip)

/**
 * Puts the data of several languages into one folder, as both engines want it, unpacked. It lies in
 * the temporary folder of this process and goes with it.
 */
export async function languageFolder(languages: readonly LanguageData[]): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'tessdata-'))
  for (const { language, path } of languages) {
    const target = join(folder, `${language}.traineddata`)
    if (path.endsWith('.gz')) await writeFile(target, await inflate(await readFile(path)))
    else await symlink(path, target)
  }
  return folder
}
