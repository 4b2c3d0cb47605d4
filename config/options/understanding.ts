import { choice, integer, languages, type OptionTree, path, secret, text, url } from '../option.ts'
import { MINUTE, SECOND } from './units.ts'

/** Models on this machine. */
export const MODELS = {
  embedder: choice(['auto', 'builtin', 'transformers', 'ollama', 'gemini'], {
    default: 'auto',
    doc: 'What turns text into vectors. `auto` takes a model from the models folder when one is there, else the built-in lexical embedder. `gemini` is used only while every book lets its contents leave the house.',
  }),
  models: {
    dir: path({
      default: '{data}/models',
      doc: 'Folder of models in the layout of transformers.js. Nothing is ever fetched into it unasked.',
    }),
    hub: text({
      default: 'https://huggingface.co',
      doc: 'Where `onefold models add` fetches models: an address that speaks as this one does, such as a mirror of it. Used by that command alone.',
    }),
    languages: text({
      default: 'https://github.com/tesseract-ocr/tessdata_fast/raw/4.1.0',
      doc: 'Where that command fetches languages of OCR: the address of a folder of `<language>.traineddata`.',
    }),
    token: secret({
      doc: 'Token for models that the hub gives to known people only. Sent to the hub and to nobody else.',
    }),
  },
} as const satisfies OptionTree

/** Text in scans and pictures. */
export const READING = {
  ocr: {
    languages: languages({
      default: 'eng,deu,fra',
      doc: 'Languages in which scans and pictures are read, as tesseract names them, with commas between them; the likeliest first. Each costs time.',
    }),
  },
} as const satisfies OptionTree

/** Models elsewhere. */
export const INTELLIGENCE = {
  ollama: {
    url: url(['http:', 'https:'], {
      doc: 'Ollama that embeds texts when `embedder` is `ollama`, such as `http://127.0.0.1:11434`.',
    }),
    model: text({
      default: 'nomic-embed-text',
      doc: 'Its model. `onefold ollama pull` has it fetched.',
    }),
    network: choice(['house', 'any'], {
      default: 'house',
      doc: 'Where it may be: on this machine and in private networks, or anywhere. Texts are sent to it.',
    }),
    timeoutMs: integer({
      default: MINUTE,
      min: SECOND,
      unit: 'ms',
      doc: 'How long an answer of it is waited for; then the work is tried again later.',
    }),
  },
  gemini: {
    apiKey: secret({
      doc: 'Key for Gemini. With one, recordings in books whose contents may leave the house are heard there.',
    }),
    url: url(['http:', 'https:'], {
      doc: 'Another address that speaks as Gemini does, such as a proxy of the house; without it, the provider.',
    }),
    speechModel: text({
      default: 'gemini-flash-latest',
      doc: 'Model of Gemini that hears recordings.',
    }),
    embeddingModel: text({
      default: 'gemini-embedding-001',
      doc: 'Model of Gemini that embeds texts when `embedder` is `gemini`.',
    }),
    dimension: integer({
      default: 768,
      min: 128,
      max: 3072,
      doc: 'Numbers in a vector of that model. Another number is another space.',
    }),
    timeoutMs: integer({
      default: 10 * MINUTE,
      min: SECOND,
      unit: 'ms',
      doc: 'How long an answer of Gemini is waited for.',
    }),
  },
} as const satisfies OptionTree
