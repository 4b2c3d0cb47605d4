import { type DragEvent, useEffect, useRef, useState } from 'react'
import { toast } from '../parts/toast.tsx'
import { fromDrop } from './intake.ts'
import type { PickedFile } from './item.ts'

/** Browsers tell of a drag at least every 350 ms; one they fell silent about is over. */
const SILENT_MS = 1500

/** How often it is told how many files have been found in what was dropped, in milliseconds. */
const FOUND_MS = 250

/** Makes an element take dropped files and folders. `found` counts them while folders are read. */
export function useDrop(onDrop: (files: PickedFile[]) => void, enabled = true) {
  const [over, setOver] = useState(false)
  const [found, setFound] = useState<number>()
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
  if (!enabled) return { over: false, found: undefined, handlers: {} }
  return {
    over,
    found,
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
        void fromDrop(event.dataTransfer, nowAndThen(setFound, FOUND_MS))
          .then((files) => files.length > 0 && onDrop(files), toast.failed)
          .finally(() => setFound(undefined))
      },
    },
  }
}

/** Passes on what is told when the last time was long enough ago. */
function nowAndThen(tell: (count: number) => void, everyMs: number): (count: number) => void {
  let next = performance.now() + everyMs
  return (count) => {
    if (performance.now() < next) return
    next = performance.now() + everyMs
    tell(count)
  }
}

const hasFiles = (event: DragEvent) => event.dataTransfer.types.includes('Files')
