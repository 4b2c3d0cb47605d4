import { type RefObject, useEffect, useState } from 'react'
import { center } from '../center.ts'
import { markPassage, type Wanted } from './hit-marks.ts'
import { openPdf, type Pdf } from './open-pdf.ts'

export type PdfState =
  | { state: 'loading' }
  | { state: 'open'; pdf: Pdf }
  | { state: 'failed'; error: unknown }

/** Opens the file in the container, closes it again when the page goes. */
export function usePdf(container: RefObject<HTMLDivElement | null>, url: string): PdfState {
  const [state, setState] = useState<PdfState>({ state: 'loading' })
  useEffect(() => {
    const place = container.current
    if (!place) return
    let closed = false
    setState({ state: 'loading' })
    const opened = openPdf(place, url)
    opened.ready.then(
      (pdf) => closed || setState({ state: 'open', pdf }),
      (error: unknown) => closed || setState({ state: 'failed', error }),
    )
    return () => {
      closed = true
      opened.close()
    }
  }, [container, url])
  return state
}

/** The page in sight, and how large it is drawn. */
export function usePosition(pdf: Pdf, startPage: number | undefined) {
  const [page, setPage] = useState(startPage ?? 1)
  const [scale, setScale] = useState(1)
  useEffect(() => {
    const { viewer, events } = pdf
    const onPage = ({ pageNumber }: { pageNumber: number }) => setPage(pageNumber)
    const onScale = (event: { scale: number }) => setScale(event.scale)
    events.on('pagechanging', onPage)
    events.on('scalechanging', onScale)
    viewer.currentScaleValue = 'auto'
    if (startPage) viewer.currentPageNumber = Math.min(startPage, viewer.pagesCount)
    return () => {
      events.off('pagechanging', onPage)
      events.off('scalechanging', onScale)
    }
  }, [pdf, startPage])
  return { page, scale }
}

/** Keeps the passage that was found marked, and brings it into sight once. */
export function useHitMarks(pdf: Pdf, wanted: Wanted | undefined): void {
  const { page, passage, query } = wanted ?? { page: 0, passage: '', query: '' }
  useEffect(() => {
    if (page === 0) return
    let shown = false
    const mark = (pageNumber: number) => {
      if (pageNumber !== page) return
      const view = pdf.viewer.getPageView(page - 1)
      const first = view?.div && markPassage(view.div, { page, passage, query })
      if (!first || shown) return
      shown = true
      center(pdf.viewer.container, first)
    }
    const onText = ({ pageNumber }: { pageNumber: number }) => mark(pageNumber)
    pdf.events.on('textlayerrendered', onText)
    mark(page)
    return () => pdf.events.off('textlayerrendered', onText)
  }, [pdf, page, passage, query])
}
