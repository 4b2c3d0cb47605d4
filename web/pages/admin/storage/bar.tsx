import classes from './storage.module.css'

export interface Part {
  /** 0 to 1. */
  share: number
  /** A colour token. */
  colour: string
}

/**
 * A bar of one or more parts, drawn as SVG. The figures stand beside it in words, so it is hidden
 * from screen readers.
 */
export function Bar({ parts }: { parts: readonly Part[] }) {
  let at = 0
  return (
    <svg
      className={classes.track}
      viewBox="0 0 1000 10"
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      {parts.map(({ share, colour }) => {
        const start = at
        at += share
        // A part that exists is never too thin to be seen.
        const width = share > 0 ? Math.max(share * 1000, 4) : 0
        return (
          <rect
            key={`${colour} ${start}`}
            x={start * 1000}
            y={0}
            width={width}
            height={10}
            fill={`var(${colour})`}
          />
        )
      })}
    </svg>
  )
}
