import { type DragEvent, useEffect, useRef, useState } from 'react'
import { fromDrop } from './intake.ts'
import type { PickedFile } from './item.ts'

/** Browsers tell of a drag at least every 350 ms; one they fell silent about is over. */
const SILENT_MS = 1500

/** Makes an element take dropped files and folders. */
export function useDrop(onDrop: (files: PickedFile[]) => void, enabled = true) {
  const [over, setOver] = useState(false)
  const silence = useRef<ReturnType<typeof setTimeout>>(undefined)
  useEffect(() => () => clearTimeout(silence.current), [])
  const stop = () => {
    clearTimeout(silence.current)
    setOver(false)
  }
  const go = () => {
    clearTimeout(silence.current)
    silence.current = setTimeout(stop, SILENT_MS)
    setOver(true)
  }
  if (!enabled) return { over: false, handlers: {} }
  return {
    over,
    handlers: {
      onDragOver: (event: DragEvent) => {
        if (!hasFiles(event)) return
        event.preventDefault()
        event.dataTransfer.dropEffect = 'copy'
        go()
      },
      onDragLeave: (event: DragEvent) => {
        // Going over to a child leaves the element too, in the browser's words.
        const to = event.relatedTarget
        if (!(to instanceof Node && event.currentTarget.contains(to))) stop()
      },
      onDrop: (event: DragEvent) => {
        if (!hasFiles(event)) return
        event.preventDefault()
        stop()
        void fromDrop(event.dataTransfer).then((files) => files.length > 0 && onDrop(files))
      },
    },
  }
}

const hasFiles = (event: DragEvent) => event.dataTransfer.types.includes('Files')
