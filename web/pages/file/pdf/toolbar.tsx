import { ActionIcon, NumberInput, TextInput, Tooltip } from '@mantine/core'
import {
  type Icon,
  IconArrowAutofitWidth,
  IconChevronDown,
  IconChevronUp,
  IconSearch,
  IconZoomIn,
  IconZoomOut,
} from '@tabler/icons-react'
import { type KeyboardEvent, type RefObject, useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useFormat } from '../../../parts/format.ts'
import type { Pdf } from './open-pdf.ts'
import classes from './pdf.module.css'
import type { Find } from './use-find.ts'

interface Props {
  pdf: Pdf
  position: { page: number; scale: number }
  find: Find
  box: RefObject<HTMLInputElement | null>
}

/** Pages, zoom and the find box. */
export function PdfToolbar({ pdf, position, find, box }: Props) {
  return (
    <>
      <Pages pdf={pdf} page={position.page} />
      <Zoom pdf={pdf} scale={position.scale} />
      <FindBox find={find} box={box} />
    </>
  )
}

interface ToolProps {
  label: string
  icon: Icon
  onClick: () => void
  disabled?: boolean
}

function Tool({ label, icon: Shape, onClick, disabled = false }: ToolProps) {
  return (
    <Tooltip label={label}>
      <ActionIcon
        variant="subtle"
        color="gray"
        size={32}
        aria-label={label}
        onClick={onClick}
        disabled={disabled}
        className={classes.tool ?? ''}
      >
        <Shape size={18} stroke={1.5} />
      </ActionIcon>
    </Tooltip>
  )
}

function Pages({ pdf: { viewer }, page }: { pdf: Pdf; page: number }) {
  const { t } = useTranslation()
  const format = useFormat()
  const count = viewer.pagesCount
  const [typed, setTyped] = useState<number | string>(page)
  useEffect(() => setTyped(page), [page])
  const go = (to: number) => {
    viewer.currentPageNumber = Math.max(1, Math.min(count, to))
  }
  return (
    <div className={classes.group}>
      <Tool
        label={t('file.pdf.previous')}
        icon={IconChevronUp}
        disabled={page <= 1}
        onClick={() => go(page - 1)}
      />
      <NumberInput
        size="xs"
        w={52}
        hideControls
        allowDecimal={false}
        min={1}
        max={count}
        value={typed}
        onChange={setTyped}
        onBlur={() => go(Number(typed) || page)}
        onKeyDown={(event) => event.key === 'Enter' && go(Number(typed) || page)}
        aria-label={t('file.pdf.page')}
      />
      <span className={classes.of}>{t('file.pdf.of', { count, total: format.number(count) })}</span>
      <Tool
        label={t('file.pdf.next')}
        icon={IconChevronDown}
        disabled={page >= count}
        onClick={() => go(page + 1)}
      />
    </div>
  )
}

function Zoom({ pdf: { viewer }, scale }: { pdf: Pdf; scale: number }) {
  const { t } = useTranslation()
  const format = useFormat()
  return (
    <div className={classes.group} data-tool="zoom">
      <Tool
        label={t('file.pdf.smaller')}
        icon={IconZoomOut}
        onClick={() => viewer.updateScale({ steps: -1 })}
      />
      <span className={classes.scale}>{format.percent(scale)}</span>
      <Tool
        label={t('file.pdf.larger')}
        icon={IconZoomIn}
        onClick={() => viewer.updateScale({ steps: 1 })}
      />
      <Tool
        label={t('file.pdf.fit')}
        icon={IconArrowAutofitWidth}
        onClick={() => {
          viewer.currentScaleValue = 'page-width'
        }}
      />
    </div>
  )
}

function FindBox({ find, box }: Pick<Props, 'find' | 'box'>) {
  const { t } = useTranslation()
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter') find.step(event.shiftKey)
    if (event.key === 'Escape') find.search('')
  }
  return (
    <div className={classes.find}>
      <TextInput
        ref={box}
        size="xs"
        type="search"
        aria-label={t('file.pdf.find')}
        placeholder={t('file.pdf.find')}
        leftSection={<IconSearch size={14} aria-hidden />}
        value={find.query}
        onChange={(event) => find.search(event.currentTarget.value)}
        onKeyDown={onKeyDown}
      />
      {find.query !== '' && (
        <>
          <span className={classes.of} role="status">
            {find.total > 0
              ? t('file.pdf.match', { current: find.current, total: find.total })
              : t('file.pdf.no_match')}
          </span>
          <Tool
            label={t('file.pdf.find_previous')}
            icon={IconChevronUp}
            onClick={() => find.step(true)}
          />
          <Tool
            label={t('file.pdf.find_next')}
            icon={IconChevronDown}
            onClick={() => find.step(false)}
          />
        </>
      )}
    </div>
  )
}
