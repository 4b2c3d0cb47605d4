import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, rename, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** A document to be made by LibreOffice: its flat source, and the path it goes to. */
export interface Conversion {
  path: string
  format: string
  flat: string
  extension: 'fodt' | 'fodp' | 'fods'
}

/**
 * Makes all documents, one run of LibreOffice per format: starting it costs more than a document.
 *
 * @param work folder for sources and the program's profile, the caller's to remove
 */
export async function convertAll(
  conversions: readonly Conversion[],
  { out, work }: { out: string; work: string },
): Promise<void> {
  const byFormat = Map.groupBy(conversions, ({ format }) => format)
  for (const [format, group] of byFormat) {
    const folder = join(work, format)
    await mkdir(join(folder, 'out'), { recursive: true })
    const sources = group.map(({ extension }, at) => join(folder, `${at}.${extension}`))
    await Promise.all(group.map(({ flat }, at) => writeFile(sources[at] ?? '', flat)))
    await libreOffice(format, { sources, folder, profile: join(work, 'profile') })
    for (const [at, { path }] of group.entries()) {
      await mkdir(dirname(join(out, path)), { recursive: true })
      await rename(join(folder, 'out', `${at}.${format}`), join(out, path))
    }
  }
}

async function libreOffice(
  format: string,
  { sources, folder, profile }: { sources: string[]; folder: string; profile: string },
): Promise<void> {
  const soffice = '/usr/bin/soffice'
  if (!existsSync(soffice)) {
    throw new Error(
      'The corpus is made with LibreOffice: apt-get install ' +
        'libreoffice-writer-nogui libreoffice-calc-nogui libreoffice-impress-nogui',
    )
  }
  const args = [`-env:UserInstallation=file://${profile}`, '--headless', '--norestore']
  await run(
    soffice,
    [...args, '--convert-to', format, '--outdir', join(folder, 'out'), ...sources],
    {
      timeout: 120_000,
      killSignal: 'SIGKILL',
      // Equal sources, equal documents, as far as the program goes along (reproducible-builds.org).
      env: { ...process.env, SOURCE_DATE_EPOCH: '1767225600', HOME: folder, TZ: 'UTC' },
    },
  )
}
