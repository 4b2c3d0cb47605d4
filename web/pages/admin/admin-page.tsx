import { useParams } from '@tanstack/react-router'
import type { ComponentType } from 'react'
import { useIsOrgAdmin } from '../../session.ts'
import { PageMissing } from '../../shell/page-error.tsx'
import classes from './admin.module.css'
import { AuditSection } from './audit/audit-section.tsx'
import { BooksSection } from './books/books-section.tsx'
import { DirectorySection } from './directory/directory-section.tsx'
import { GroupsSection } from './groups/groups-section.tsx'
import { HealthSection } from './health/health-section.tsx'
import { ModelsSection } from './models/models-section.tsx'
import { PrivacySection } from './privacy/privacy-section.tsx'
import { SectionNav } from './section-nav.tsx'
import { isSection, type Section } from './sections.ts'
import { SharesSection } from './shares/shares-section.tsx'
import { StorageSection } from './storage/storage-section.tsx'
import { TracesSection } from './traces/traces-section.tsx'
import { UsersSection } from './users/users-section.tsx'

const SECTIONS: Record<Section, ComponentType> = {
  users: UsersSection,
  groups: GroupsSection,
  directory: DirectorySection,
  books: BooksSection,
  shares: SharesSection,
  privacy: PrivacySection,
  models: ModelsSection,
  storage: StorageSection,
  health: HealthSection,
  traces: TracesSection,
  audit: AuditSection,
}

/** For administrators of the organization; to everybody else it does not exist. */
export function AdminPage() {
  const { section } = useParams({ strict: false })
  const isAdmin = useIsOrgAdmin()
  if (!isAdmin || !isSection(section)) return <PageMissing />
  const Content = SECTIONS[section]
  return (
    <div className={classes.page}>
      <SectionNav />
      <Content />
    </div>
  )
}
