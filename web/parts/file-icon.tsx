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
import type { Kind } from '../api-types.ts'

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
  kind: Kind
  size?: number
}

/** The sign of a kind of file, named for screen readers. */
export function FileIcon({ kind, size = 20 }: Props) {
  const { t } = useTranslation()
  const Shape = ICONS[kind] ?? IconFile
  return (
    <Shape
      size={size}
      stroke={1.5}
      role="img"
      aria-label={t(`kind.${kind}`)}
      color="var(--of-dim)"
    />
  )
}
