import { Notifications } from '@mantine/notifications'
import { Outlet } from '@tanstack/react-router'

/** What is around every page, the sign-in too: messages in the corner, which may hold links. */
export function Root() {
  return (
    <>
      <Notifications position="bottom-right" containerWidth={400} />
      <Outlet />
    </>
  )
}
