import i18next from 'i18next'
import { initReactI18next } from 'react-i18next'
import { en } from './en.ts'

export const LANGUAGES = { en: 'English', de: 'Deutsch', fr: 'Français' } as const
export type Language = keyof typeof LANGUAGES

declare module 'i18next' {
  interface CustomTypeOptions {
    resources: { translation: typeof en }
  }
}

const KEY = 'onefold.language'

const isLanguage = (value: string | null | undefined): value is Language =>
  value !== null && value !== undefined && Object.hasOwn(LANGUAGES, value)

/** The language chosen on this browser, else the first one of the browser that we speak. */
function wantedLanguage(): Language {
  let chosen: string | null = null
  try {
    chosen = localStorage.getItem(KEY)
  } catch {
    // Without storage the browser's own languages decide.
  }
  if (isLanguage(chosen)) return chosen
  const spoken = navigator.languages.map((tag) => tag.split('-')[0])
  return spoken.find(isLanguage) ?? 'en'
}

async function load(language: Language): Promise<void> {
  if (language === 'de') {
    i18next.addResourceBundle('de', 'translation', (await import('./de.ts')).de)
  }
  if (language === 'fr') {
    i18next.addResourceBundle('fr', 'translation', (await import('./fr.ts')).fr)
  }
}

/** Switches every text on the page, and remembers it on this browser. */
export async function setLanguage(language: Language): Promise<void> {
  await load(language)
  await i18next.changeLanguage(language)
  document.documentElement.lang = language
  try {
    localStorage.setItem(KEY, language)
  } catch {
    // The choice then lasts as long as the page.
  }
}

/** Sets up the texts in the reader's language. Call once, before the first render. */
export async function startI18n(): Promise<void> {
  await i18next.use(initReactI18next).init({
    lng: 'en',
    fallbackLng: 'en',
    resources: { en: { translation: en } },
    interpolation: { escapeValue: false },
  })
  const language = wantedLanguage()
  document.documentElement.lang = language
  if (language === 'en') return
  await load(language)
  await i18next.changeLanguage(language)
}
