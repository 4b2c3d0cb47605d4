import { useLocation } from '@tanstack/react-router'
import { useEffect, useRef, useState } from 'react'

const AFTER_MS = 150

/**
 * Says where one has come to, and puts the focus at the beginning of the page when the link that led
 * there is gone. A browser does both by itself when it loads a page; here it does not.
 */
export function Arrival() {
  const { pathname } = useLocation()
  const [title, setTitle] = useState('')
  const last = useRef(pathname)
  useEffect(() => {
    if (last.current === pathname) return
    last.current = pathname
    const timer = setTimeout(() => {
      setTitle(document.title)
      if (document.activeElement === document.body) document.getElementById('content')?.focus()
    }, AFTER_MS)
    return () => clearTimeout(timer)
  }, [pathname])
  return (
    <div className="of-hidden" aria-live="polite">
      {title}
    </div>
  )
}
