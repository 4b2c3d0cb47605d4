import { choice, languages, type OptionTree, path, secret, text, url } from '../option.ts'

/** Models on this machine. */
export const MODELS = {
  embedder: choice(['auto', 'builtin', 'transformers'], {
    default: 'auto',
    doc: 'What turns text into vectors. `auto` takes a model from the models folder when one is there, else the built-in lexical embedder.',
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
      doc: 'Ollama for answers. Accepted, not used by this version.',
    }),
  },
  gemini: {
    apiKey: secret({ doc: 'Key for Gemini. Accepted, not used by this version.' }),
  },
} as const satisfies OptionTree
