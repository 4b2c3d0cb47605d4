import { Skeleton } from '@mantine/core'
import { useIntersection } from '@mantine/hooks'
import type { TFunction } from 'i18next'
import { type RefObject, useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import classes from './compare.module.css'
import { drawPage } from './draw-page.ts'
import { type Box } from './outline.ts'
import { differingBoxes } from './picture-diff.ts'
import type { Row, UnitPair, Which } from './types.ts'
import type { Pdfs } from './use-pdfs.ts'

interface Props {
  pages: UnitPair
  pdfs: Pdfs | undefined
  /** Rows that changed, by the side whose page they stand on. */
  rows: Record<Which, readonly Row[]>
}

/** A page and the one it became, drawn when they come near. */
export function PagePair({ pages, pdfs, rows }: Props) {
  const { t } = useTranslation()
  const { ref, entry } = useIntersection({ rootMargin: '600px' })
  const [isNear, setNear] = useState(false)
  const canvases = { from: useRef<HTMLCanvasElement>(null), to: useRef<HTMLCanvasElement>(null) }
  useEffect(() => {
    if (entry?.isIntersecting) setNear(true)
  }, [entry])
  const drawn = useDrawn(isNear ? pdfs : undefined, { pages, rows, canvases })
  const words = pairWords(t, pages)
  return (
    <li ref={ref} className={classes.pagePair} aria-label={words}>
      <h2 className={classes.place}>{words}</h2>
      <div className={classes.side}>
        {(['from', 'to'] as const).map((which) =>
          pages[which] === null ? (
            <p key={which} className={classes.noPage}>
              {t(which === 'from' ? 'compare.page_new' : 'compare.page_gone')}
            </p>
          ) : (
            <figure key={which} className={classes.sheetOfPaper} data-drawn={drawn !== undefined}>
              <canvas
                ref={canvases[which]}
                role="img"
                aria-label={t('locator.page', { page: pages[which] })}
              />
              {drawn?.[which].map((box) => (
                <span
                  key={`${box.kind} ${box.left} ${box.top} ${box.width}`}
                  className={classes.box}
                  data-kind={box.kind}
                  style={styleOf(box)}
                />
              ))}
              {drawn === undefined && <Skeleton className={classes.paperWaiting ?? ''} />}
            </figure>
          ),
        )}
      </div>
    </li>
  )
}

type Drawn = Record<Which, Box[]>

/** Draws both pages and finds what to outline; undefined until then. */
function useDrawn(
  pdfs: Pdfs | undefined,
  {
    pages,
    rows,
    canvases,
  }: Omit<Props, 'pdfs'> & { canvases: Record<Which, RefObject<HTMLCanvasElement | null>> },
): Drawn | undefined {
  const [drawn, setDrawn] = useState<Drawn>()
  const { from: fromCanvas, to: toCanvas } = canvases
  const { from: fromRows, to: toRows } = rows
  useEffect(() => {
    if (!pdfs) return
    let stopped = false
    const draw = (which: Which, canvas: HTMLCanvasElement | null, own: readonly Row[]) =>
      pages[which] === null || !canvas
        ? Promise.resolve([])
        : drawPage(pdfs[which], Number(pages[which]), { canvas, rows: own, which })
    void Promise.all([
      draw('from', fromCanvas.current, fromRows),
      draw('to', toCanvas.current, toRows),
    ]).then(
      ([from, to]) => {
        if (stopped) return
        const isSilent = pages.is_silent || (fromRows.length === 0 && toRows.length === 0)
        const both = isSilent ? pictured(fromCanvas.current, toCanvas.current) : []
        setDrawn({ from: [...from, ...both], to: [...to, ...both] })
      },
      // A page that cannot be drawn stays empty; the file itself says why when it is opened.
      () => stopped || setDrawn({ from: [], to: [] }),
    )
    return () => {
      stopped = true
    }
  }, [pdfs, pages, fromRows, toRows, fromCanvas, toCanvas])
  return drawn
}

/** Where the pictures differ, of two pages whose words do not tell. */
function pictured(a: HTMLCanvasElement | null, b: HTMLCanvasElement | null): Box[] {
  const [one, other] = [pixelsOf(a), pixelsOf(b)]
  return one && other ? differingBoxes(one, other) : []
}

const pixelsOf = (canvas: HTMLCanvasElement | null) =>
  canvas?.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height)

const percent = (share: number) => `${share * 100}%`

const styleOf = ({ left, top, width, height }: Box) => ({
  left: percent(left),
  top: percent(top),
  width: percent(width),
  height: percent(height),
})

function pairWords(t: TFunction, { from, to, changes }: UnitPair): string {
  const page = (number: UnitPair['from']) => t('locator.page', { page: number })
  const place =
    from === null || to === null
      ? page(from ?? to)
      : from === to
        ? page(from)
        : `${page(from)} → ${page(to)}`
  return changes > 0 ? `${place} · ${t('compare.page_changes', { count: changes })}` : place
}
