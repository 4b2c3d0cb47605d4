import type { PDFDocumentProxy } from 'pdfjs-dist'
import { useEffect, useState } from 'react'
import { loadPdf } from '../pdf/open-pdf.ts'

export interface Pdfs {
  from: PDFDocumentProxy
  to: PDFDocumentProxy
}

export type PdfsState = { state: 'loading' } | ({ state: 'open' } & Pdfs) | { state: 'failed' }

/** Opens both files, and closes them when the page goes. */
export function usePdfs(fromUrl: string, toUrl: string): PdfsState {
  const [state, setState] = useState<PdfsState>({ state: 'loading' })
  useEffect(() => {
    let closed = false
    const tasks = [loadPdf(fromUrl), loadPdf(toUrl)] as const
    setState({ state: 'loading' })
    Promise.all([tasks[0].promise, tasks[1].promise]).then(
      ([from, to]) => closed || setState({ state: 'open', from, to }),
      () => closed || setState({ state: 'failed' }),
    )
    return () => {
      closed = true
      for (const task of tasks) void task.destroy()
    }
  }, [fromUrl, toUrl])
  return state
}
