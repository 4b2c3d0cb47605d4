import {
  type Icon,
  IconFile,
  IconFileSpreadsheet,
  IconFileText,
  IconFileTypePdf,
  IconFileZip,
  IconLetterCase,
  IconMail,
  IconMicrophone,
  IconPhoto,
  IconPresentation,
  IconVideo,
} from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { type Kind, kindOf } from '../api-types.ts'

const ICONS: Record<Kind, Icon> = {
  pdf: IconFileTypePdf,
  document: IconFileText,
  slides: IconPresentation,
  sheet: IconFileSpreadsheet,
  text: IconLetterCase,
  mail: IconMail,
  image: IconPhoto,
  audio: IconMicrophone,
  video: IconVideo,
  archive: IconFileZip,
  other: IconFile,
}

interface Props {
  /** As the wire has it. */
  kind: string
  size?: number
}

/** The sign of a kind of file, named for screen readers. */
export function FileIcon({ kind, size = 20 }: Props) {
  const { t } = useTranslation()
  const known = kindOf(kind)
  const Shape = ICONS[known]
  return (
    <Shape
      size={size}
      stroke={1.5}
      role="img"
      aria-label={t(`kind.${known}`)}
      color="var(--of-dim)"
    />
  )
}
