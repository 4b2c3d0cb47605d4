import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { AppError } from '../../core/errors.ts'
import type { ParserFile } from '../../core/ports/parser.ts'

const FOLDERS = ['/usr/local/bin', '/usr/bin', '/bin']

/**
 * Containers that hold their sound and pictures themselves. Playlists (HLS, DASH, ffconcat, SDP,
 * XSPF) name other files and addresses, and ffmpeg would open those: none of them is here, and
 * neither is anything that is a script, a device or a picture.
 */
const CONTAINERS = [
  'aac,ac3,aiff,amr,amrnb,amrwb,ape,asf,au,avi,caf,dsf,dts,dv,eac3,flac,flv,gsm',
  'matroska,webm,mov,mp4,m4a,3gp,3g2,mj2,mp3,mpc,mpc8,mpeg,mpegts,mpegvideo,mxf',
  'ogg,rm,tak,tta,voc,w64,wav,wv,xwma',
].join(',')

/**
 * What stands before every input: the file is descriptor 0, and nothing else can be opened. The
 * list of protocols alone is not enough, as a playlist may name a file.
 */
const ONLY_THIS_FILE = ['-protocol_whitelist', 'file,pipe', '-format_whitelist', CONTAINERS]

/** Whether ffmpeg and ffprobe are installed: both or none. */
export const hasFfmpeg = (): boolean =>
  ['ffmpeg', 'ffprobe'].every((program) =>
    FOLDERS.some((folder) => existsSync(`${folder}/${program}`)),
  )

/** What a run of ffmpeg reads before its input, and what it makes of it. */
export interface Ffmpeg {
  /** Options of the input, such as where to begin. */
  input?: readonly string[]
  /** Options of the output, and the output itself, which is `pipe:1`. */
  output: readonly string[]
}

/**
 * Runs ffmpeg on the file, on one thread, and yields what it writes.
 *
 * @throws AppError `unsupported_type` (`DAMAGED_FILE`), `unavailable` (`NO_FFMPEG`), `internal`
 *   (`PARSER_TIMEOUT`, `PARSER_DIED`) by how it ended
 */
export function ffmpeg(file: ParserFile, { input = [], output }: Ffmpeg): AsyncGenerator<Buffer> {
  return run('ffmpeg', file, [
    '-nostdin',
    '-v',
    'error',
    '-threads',
    '1',
    '-max_pixels',
    '100000000',
    ...ONLY_THIS_FILE,
    ...input,
    '-i',
    `file:${file.path}`,
    '-threads',
    '1',
    '-filter_threads',
    '1',
    ...output,
  ])
}

/** All that ffprobe writes about the file, as JSON. See `ffmpeg`. */
export async function ffprobe(file: ParserFile, what: readonly string[]): Promise<unknown> {
  const args = ['-v', 'error', ...ONLY_THIS_FILE, ...what, '-of', 'json', `file:${file.path}`]
  return JSON.parse((await collect(run('ffprobe', file, args))).toString())
}

/** All that a program writes, as one buffer. */
export async function collect(output: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of output) chunks.push(chunk)
  return Buffer.concat(chunks)
}

async function* run(
  program: 'ffmpeg' | 'ffprobe',
  { fd }: ParserFile,
  args: readonly string[],
): AsyncGenerator<Buffer> {
  if (!hasFfmpeg()) throw withoutFfmpeg()
  const child = spawn(program, args, { stdio: [fd, 'pipe', 'pipe'] })
  let complaints = ''
  child.stderr?.on('data', (chunk: Buffer) => {
    if (complaints.length < 4096) complaints += chunk.toString()
  })
  const ended = new Promise<{ code: number | null; signal: string | null }>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) => resolve({ code, signal }))
  })
  ended.catch(() => undefined) // told below; without a handler now, it would end the process
  let isWhole = false
  try {
    if (child.stdout) yield* child.stdout
    isWhole = true
  } finally {
    // Whoever has heard enough stops listening before the end.
    if (!isWhole) child.kill('SIGKILL')
  }
  const { code, signal } = await ended
  if (signal) throw killed(signal)
  if (code !== 0) throw damaged(`exit ${code}: ${complaints.trim()}`)
}

/** What this box lacks for sound and film, and how to add it. */
export const withoutFfmpeg = () =>
  new AppError(
    'unavailable',
    'Recordings and films cannot be read: ffmpeg is not installed. Install the package "ffmpeg", then try again.',
    { reason: 'NO_FFMPEG' },
  )

function killed(signal: string): AppError {
  const reason = signal === 'SIGXCPU' ? 'PARSER_TIMEOUT' : 'PARSER_DIED'
  const message = 'Reading this recording took too long, or more than it may, and was stopped.'
  return new AppError('internal', message, { reason, cause: new Error(signal) })
}

const damaged = (complaint: string) =>
  new AppError('unsupported_type', 'This recording is damaged, or of a kind that is not read.', {
    reason: 'DAMAGED_FILE',
    cause: new Error(complaint),
  })
