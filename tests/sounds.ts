import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { recording, type Spoken } from './recording.ts'
import { temporaryFolder } from './temporary-folder.ts'

/** What ffmpeg makes of these arguments, as the path of a file with this name. */
export async function madeByFfmpeg(name: string, args: readonly string[]): Promise<string> {
  const path = join(await temporaryFolder(), name)
  await promisify(execFile)('ffmpeg', ['-v', 'error', '-nostdin', ...args, path])
  return path
}

/** A recording in another format: `madeByFfmpeg` with the words as its input. */
export async function recordedAs(
  name: string,
  spoken: readonly Spoken[],
  args: readonly string[] = [],
): Promise<string> {
  const wav = join(await temporaryFolder(), 'spoken.wav')
  await writeFile(wav, recording(spoken))
  return madeByFfmpeg(name, ['-i', wav, ...args])
}
