import { IconArrowsMoveVertical } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { locatorWords } from '../../../parts/locator.ts'
import classes from './compare.module.css'
import type { Row, Which } from './types.ts'

interface Props {
  row: Row
  /** Brings another row into sight. */
  goTo: (at: number) => void
}

const SIGNS: Partial<Record<Row['kind'], string>> = {
  added: '+',
  removed: '−',
  changed: '±',
}

/** Both texts in one column: what is gone struck out, what is new underlined. */
export function InlineRow({ row, goTo }: Props) {
  return (
    <div className={classes.inline}>
      <Sign kind={row.kind} />
      <div className={classes.words}>
        <Told row={row} goTo={goTo} />
        <Words row={row} />
      </div>
    </div>
  )
}

/** The one text on the left, the other on the right. */
export function SideRow({ row, goTo }: Props) {
  const isLeft = row.kind !== 'added' && row.kind !== 'moved_here'
  const isRight = row.kind !== 'removed' && row.kind !== 'moved_away'
  return (
    <div className={classes.side}>
      <Cell row={row} which="from" isThere={isLeft}>
        {!isRight && <Told row={row} goTo={goTo} />}
        <Words row={row} which="from" />
      </Cell>
      <Cell row={row} which="to" isThere={isRight}>
        {!isLeft && <Told row={row} goTo={goTo} />}
        {isLeft && row.kind !== 'same' && <Told row={row} goTo={goTo} />}
        <Words row={row} which="to" />
      </Cell>
    </div>
  )
}

interface CellProps {
  row: Row
  which: Which
  isThere: boolean
  children: ReactNode
}

function Cell({ row, which, isThere, children }: CellProps) {
  if (!isThere) return <div className={classes.none} aria-hidden />
  return (
    <div className={classes.cell} data-which={which}>
      <Sign kind={row.kind} />
      <div className={classes.words}>{children}</div>
    </div>
  )
}

const Sign = ({ kind }: Pick<Row, 'kind'>) => (
  <span className={classes.sign} aria-hidden>
    {SIGNS[kind]}
  </span>
)

/** What a row is, for those who hear it; of a move the way to its other end, for all. */
function Told({ row, goTo }: Props) {
  const { t } = useTranslation()
  const { kind, partner } = row
  if (kind === 'same' || kind === 'fold') return null
  if (kind !== 'moved_away' && kind !== 'moved_here') {
    return <span className="of-hidden">{t(`compare.kind.${kind}`)}: </span>
  }
  const place = locatorWords(t, (kind === 'moved_away' ? row.to : row.from) ?? {})
  const words = place ? t(`compare.${kind}_place`, { place }) : t(`compare.kind.${kind}`)
  return (
    <button
      type="button"
      className={classes.move}
      onClick={() => partner !== null && goTo(partner)}
    >
      <IconArrowsMoveVertical size={14} aria-hidden /> {words}
      {row.pieces && `, ${t('compare.and_changed')}`}
    </button>
  )
}

/** The words of a row; of one of the texts only, where `which` says so. */
function Words({ row: { kind, text, pieces }, which }: { row: Row; which?: Which }) {
  if (!pieces) {
    if (kind === 'removed') return <del className={classes.removed}>{text}</del>
    if (kind === 'added') return <ins className={classes.added}>{text}</ins>
    return <span>{text}</span>
  }
  const left = which === 'from' ? 'added' : which === 'to' ? 'removed' : undefined
  return pieces.map(({ op, text: words }, index) => {
    if (op === left) return null
    const Tag = op === 'same' ? 'span' : op === 'added' ? 'ins' : 'del'
    return (
      // biome-ignore lint/suspicious/noArrayIndexKey: pieces have an order and nothing else
      <Tag key={index} className={op === 'same' ? undefined : classes[op]}>
        {words}
      </Tag>
    )
  })
}
