import { cpSync, createReadStream, existsSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'
import react from '@vitejs/plugin-react'
import { defineConfig, type Plugin } from 'vite'

const here = dirname(fileURLToPath(import.meta.url))
const pdfjs = join(here, '../node_modules/pdfjs-dist')
/** Folders pdf.js reads while it draws: character maps, fonts, decoders, colour profiles. */
const PDF_FOLDERS = ['cmaps', 'standard_fonts', 'wasm', 'iccs']

/** Serves pdf.js's own data files from `/pdf/…`: nothing is ever fetched from another origin. */
function pdfAssets(): Plugin {
  return {
    name: 'pdf-assets',
    configureServer(server) {
      server.middlewares.use('/pdf/', (request, response, next) => {
        const path = normalize(decodeURIComponent((request.url ?? '').split('?')[0] ?? ''))
        const file = join(pdfjs, path)
        const known = PDF_FOLDERS.some((folder) => file.startsWith(join(pdfjs, folder, '/')))
        if (!known || !existsSync(file)) return next()
        createReadStream(file).pipe(response)
      })
    },
    writeBundle({ dir }) {
      for (const folder of PDF_FOLDERS) {
        cpSync(join(pdfjs, folder), join(dir ?? '', 'pdf', folder), { recursive: true })
      }
    },
  }
}

const backend = { target: process.env.ONEFOLD_DEV_SERVER ?? 'http://127.0.0.1:8000' }

export default defineConfig({
  root: here,
  plugins: [react(), pdfAssets()],
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2023',
    // Older targets lower light-dark() into a form that ignores the theme attribute.
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
    // The policy allows no data: scripts or fonts, and no inline polyfill.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 900,
  },
  worker: { format: 'es' },
  server: {
    proxy: { '/api': backend, '/upload': backend, '/u': backend, '/knowledge-base': backend },
  },
})
