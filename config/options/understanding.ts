import { choice, type OptionTree, path, secret, url } from '../option.ts'

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
