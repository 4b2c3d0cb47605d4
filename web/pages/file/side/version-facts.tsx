import type { TFunction } from 'i18next'
import { useTranslation } from 'react-i18next'
import { type Format, useFormat } from '../../../parts/format.ts'
import { StatusPill } from '../../../parts/status-pill.tsx'
import type { HistoryEntry } from '../compare/types.ts'
import classes from './side.module.css'

interface Props {
  version: HistoryEntry
  older: HistoryEntry | undefined
}

/** When, who, from where, and how much more or less it is than the version before. */
export function VersionFacts({ version, older }: Props) {
  const { t } = useTranslation()
  const format = useFormat()
  const { origin, text } = version
  return (
    <>
      <p className={classes.quiet}>
        {format.dateTime(version.created_at)} · {version.created_by.name}
        <br />
        {originWords(t, version)}
        {origin.share?.path && (
          <>
            <br />
            <span className={classes.path}>{origin.share.path}</span>
          </>
        )}
        <br />
        {sizeWords(t, format, version, older)}
      </p>
      {text.state !== 'ready' && (
        <p className={classes.versionState}>
          <StatusPill state={text.state} />
        </p>
      )}
    </>
  )
}

function originWords(t: TFunction, { door, origin }: HistoryEntry): string {
  const { share, mail, archive, restored_from: restored } = origin
  if (restored !== null) return t('file.versions.from_version', { number: restored })
  if (share) return t('file.versions.from_share', { name: share.name })
  if (archive) return t('archive.from', { name: archive.name })
  if (mail) return t('file.versions.from_mail', { name: mail.name })
  return t(`file.versions.from_door.${door}`)
}

/** Size, words and pages; behind each what it is more or less than before. */
function sizeWords(
  t: TFunction,
  format: Format,
  version: HistoryEntry,
  older?: HistoryEntry,
): string {
  const { text, size_bytes: size } = version
  const counts = [
    [text.word_count, older?.text.word_count, 'words'],
    [text.page_count, older?.text.page_count, unitOf(version)],
  ] as const
  return [
    withChange(format.bytes(size), older && size - older.size_bytes, format.bytes),
    ...counts.flatMap(([now, before, unit]) =>
      now === null || (unit === 'words' && now === 0)
        ? []
        : withChange(
            t(unit === 'words' ? 'file.details.words' : `file.${unit}`, {
              count: now,
              total: format.number(now),
            }),
            typeof before === 'number' ? now - before : undefined,
            format.number,
          ),
    ),
  ].join(' · ')
}

const unitOf = ({ kind }: HistoryEntry) =>
  kind === 'slides' ? 'slides' : kind === 'sheet' ? 'sheets' : 'pages'

const withChange = (words: string, change: number | undefined, show: (size: number) => string) =>
  change ? `${words} (${change > 0 ? '+' : '\u2212'}${show(Math.abs(change))})` : words
