import { IconAlertTriangle, IconCircleCheck, IconInfoCircle } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import classes from './notice.module.css'

const ICONS = {
  info: IconInfoCircle,
  warn: IconAlertTriangle,
  bad: IconAlertTriangle,
  good: IconCircleCheck,
}

interface Props {
  tone: keyof typeof ICONS
  title?: string
  children: ReactNode
}

/** A quiet message in the flow of a page. For a call that failed use ErrorNotice. */
export function Notice({ tone, title, children }: Props) {
  const Icon = ICONS[tone]
  return (
    <div className={classes.notice} data-tone={tone}>
      <Icon className={classes.icon} size={20} aria-hidden />
      <div>
        {title && <p className={classes.title}>{title}</p>}
        <div className={classes.text}>{children}</div>
      </div>
    </div>
  )
}
