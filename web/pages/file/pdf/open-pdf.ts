import 'pdfjs-dist'
import 'pdfjs-dist/web/pdf_viewer.css'
import { AnnotationMode, GlobalWorkerOptions, getDocument, type PDFDocumentProxy } from 'pdfjs-dist'
import workerUrl from 'pdfjs-dist/build/pdf.worker.min.mjs?url'
import {
  EventBus,
  LinkTarget,
  PDFFindController,
  PDFLinkService,
  PDFViewer,
} from 'pdfjs-dist/web/pdf_viewer.mjs'

GlobalWorkerOptions.workerSrc = workerUrl

export interface Pdf {
  viewer: PDFViewer
  events: EventBus
  document: PDFDocumentProxy
}

export interface OpenPdf {
  /** Rejects when the file is no readable PDF, or asks for a password. */
  ready: Promise<Pdf>
  close(): void
}

/** Reads a PDF from this origin, the parts that are looked at only. */
export const loadPdf = (url: string) =>
  getDocument({
    url,
    cMapUrl: '/pdf/cmaps/',
    standardFontDataUrl: '/pdf/standard_fonts/',
    wasmUrl: '/pdf/wasm/',
    iccUrl: '/pdf/iccs/',
    enableXfa: false,
    // Only what is looked at is fetched; a stream would bring the rest all the same.
    disableAutoFetch: true,
    disableStream: true,
    rangeChunkSize: 256 * 1024,
  })

/**
 * Opens a PDF in `container`, which must be positioned and scroll. Scripts in the file never run:
 * there is no scripting manager. Everything pdf.js reads comes from this origin.
 */
export function openPdf(container: HTMLDivElement, url: string): OpenPdf {
  const events = new EventBus()
  const links = new PDFLinkService({
    eventBus: events,
    externalLinkTarget: LinkTarget.BLANK,
    externalLinkRel: 'noopener noreferrer nofollow',
  })
  const find = new PDFFindController({ eventBus: events, linkService: links })
  const viewer = new PDFViewer({
    container,
    eventBus: events,
    linkService: links,
    findController: find,
    // Page borders and our border-box shift the text layer off the picture.
    removePageBorders: true,
    // Links work, form fields and scripts do not.
    annotationMode: AnnotationMode.ENABLE,
  })
  links.setViewer(viewer)
  const task = loadPdf(url)
  const drawn = new Promise((resolve) => events.on('pagesinit', resolve, { once: true }))
  const ready = task.promise.then(async (document) => {
    links.setDocument(document)
    // This hands the document to the find controller too, once a page is drawn; doing it here as
    // well would make it forget what was searched meanwhile.
    viewer.setDocument(document)
    // Before its pages are laid out, the viewer forgets what it is asked for.
    await drawn
    return { viewer, events, document }
  })
  return {
    ready,
    close() {
      viewer.setDocument(null)
      links.setDocument(null)
      void task.destroy()
    },
  }
}
