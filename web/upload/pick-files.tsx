import { type ReactNode, useRef } from 'react'
import { fromInput } from './intake.ts'
import type { PickedFile } from './item.ts'

interface Props {
  /** A whole folder instead of single files. */
  folder?: boolean
  onPick: (files: PickedFile[]) => void
  /** Draws the button that opens the browser's dialog. */
  children: (open: () => void) => ReactNode
}

/** The browser's own dialog to choose files, or a folder with everything in it. */
export function PickFiles({ folder = false, onPick, children }: Props) {
  const input = useRef<HTMLInputElement>(null)
  return (
    <>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        data-testid={folder ? 'pick-folder' : 'pick-files'}
        {...(folder && { webkitdirectory: '' })}
        onChange={(event) => {
          const picked = fromInput(event.currentTarget.files ?? [])
          // The same file may be chosen again.
          event.currentTarget.value = ''
          if (picked.length > 0) onPick(picked)
        }}
      />
      {children(() => input.current?.click())}
    </>
  )
}
