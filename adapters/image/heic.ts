import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AppError } from '../../core/errors.ts'
import type { ParserFile } from '../../core/ports/parser.ts'

/** Whether the program that unpacks pictures of telephones (HEVC) is installed. */
export const hasHeifConvert = (): boolean =>
  ['/usr/local/bin', '/usr/bin', '/bin'].some((folder) => existsSync(`${folder}/heif-convert`))

/** The main picture of a HEIC file as JPEG, upright: libheif turns it as the file says. */
export async function convertHeic(file: ParserFile): Promise<Uint8Array> {
  const folder = await mkdtemp(join(tmpdir(), 'heic-'))
  try {
    const target = join(folder, 'picture.jpg')
    await run(['-q', '92', file.path, target], file.fd)
    return await readFile(target)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

function run(args: readonly string[], fd: number): Promise<void> {
  const child = spawn('heif-convert', args, { stdio: [fd, 'ignore', 'pipe'] })
  let complaints = ''
  child.stderr?.on('data', (chunk: Buffer) => {
    if (complaints.length < 4096) complaints += chunk.toString()
  })
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) => {
      if (code === 0) resolve()
      else reject(damaged(`exit ${code}, signal ${signal}: ${complaints.trim()}`))
    })
  })
}

const damaged = (complaints: string) =>
  new AppError('unsupported_type', 'This picture is damaged: it cannot be read.', {
    reason: 'DAMAGED_FILE',
    cause: new Error(complaints),
  })
