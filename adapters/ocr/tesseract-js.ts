import { createWorker, OEM, PSM } from 'tesseract.js'
import { AppError } from '../../core/errors.ts'
import type { Engine } from './engine.ts'
import { graymap } from './graymap.ts'
import { languageFolder } from './language-folder.ts'
import type { LanguageData } from './languages.ts'
import { readTable } from './reading.ts'

/** The same engine in WebAssembly, for boxes without the program: 1.2 to 1.7 times the processor. */
export async function tesseractJs(languages: readonly LanguageData[]): Promise<Engine> {
  let broken: unknown
  const names = languages.map(({ language }) => language)
  const worker = await createWorker(names, OEM.LSTM_ONLY, {
    // A folder, not an address, and no cache: nothing is fetched and nothing is left behind.
    langPath: await languageFolder(languages),
    gzip: false,
    cacheMethod: 'none',
    // Without it, a picture that cannot be read ends the whole process.
    errorHandler: (error: unknown) => {
      broken = error
    },
  })
  await worker.setParameters({ tessedit_pageseg_mode: PSM.AUTO })

  return {
    async read(picture, signal) {
      const reading = worker.recognize(graymap(picture), { rotateAuto: true }, { tsv: true })
      const { data } = await untilAborted(reading, signal).catch((cause: unknown) => {
        signal.throwIfAborted()
        throw unread(broken ?? cause)
      })
      return readTable(data.tsv ?? '')
    },

    // That part of the engine is not in this build; the caller tries all four ways instead.
    orientation: async () => undefined,

    async close() {
      await worker.terminate()
    },
  }
}

const unread = (cause: unknown) =>
  new AppError('internal', 'Reading the text in this picture failed.', {
    reason: 'PARSER_DIED',
    cause,
  })

/** The engine itself cannot be called off; it ends with its process. */
function untilAborted<Value>(work: Promise<Value>, signal: AbortSignal): Promise<Value> {
  return new Promise((resolve, reject) => {
    const callOff = () => reject(new Error('called off', { cause: signal.reason }))
    signal.addEventListener('abort', callOff, { once: true })
    work.then(resolve, reject)
  })
}
