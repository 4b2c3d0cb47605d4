import { type DragEvent, useRef, useState } from 'react'
import { fromDrop } from './intake.ts'
import type { PickedFile } from './item.ts'

/** Makes an element take dropped files and folders. */
export function useDrop(onDrop: (files: PickedFile[]) => void, enabled = true) {
  const [over, setOver] = useState(false)
  // Entering a child leaves its parent: only the balance tells whether the pointer is inside.
  const depth = useRef(0)
  const enter = (change: 1 | -1) => {
    depth.current = Math.max(0, depth.current + change)
    setOver(depth.current > 0)
  }
  if (!enabled) return { over: false, handlers: {} }
  return {
    over,
    handlers: {
      onDragEnter: (event: DragEvent) => hasFiles(event) && enter(1),
      onDragLeave: (event: DragEvent) => hasFiles(event) && enter(-1),
      onDragOver: (event: DragEvent) => {
        if (!hasFiles(event)) return
        event.preventDefault()
        event.dataTransfer.dropEffect = 'copy'
      },
      onDrop: (event: DragEvent) => {
        if (!hasFiles(event)) return
        event.preventDefault()
        depth.current = 0
        setOver(false)
        void fromDrop(event.dataTransfer).then((files) => files.length > 0 && onDrop(files))
      },
    },
  }
}

const hasFiles = (event: DragEvent) => event.dataTransfer.types.includes('Files')
