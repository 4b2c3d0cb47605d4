import {
  type CSSVariablesResolver,
  createTheme,
  localStorageColorSchemeManager,
  type MantineColorsTuple,
} from '@mantine/core'

/** One accent. Shade 7 is the only fill: white on it reads at 5.4:1 in both themes. */
const accent: MantineColorsTuple = [
  '#eef8f4',
  '#d6efe5',
  '#b3e0d0',
  '#8fcbb5',
  '#6cb89d',
  '#479f82',
  '#2a8a6b',
  '#17795a',
  '#12664b',
  '#0f5f46',
]

/** Mantine draws its dark surfaces from this scale: text, dim, borders, raised, page. */
const dark: MantineColorsTuple = [
  '#e3e6e9',
  '#b8c0c8',
  '#a3acb5',
  '#6b747d',
  '#3b434a',
  '#2b3238',
  '#1e2327',
  '#16191c',
  '#121518',
  '#0d0f11',
]

const danger: MantineColorsTuple = [
  '#fdeceb',
  '#f9d5d2',
  '#f1aba6',
  '#e87f78',
  '#df5950',
  '#d0433a',
  '#c2332a',
  '#b3261e',
  '#94201a',
  '#7a1a15',
]

const NO_BANNER = { header: { role: 'presentation' } }

export const theme = createTheme({
  colors: { accent, danger, dark },
  primaryColor: 'accent',
  primaryShade: 7,
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", Ubuntu, sans-serif',
  fontFamilyMonospace: 'ui-monospace, "Cascadia Mono", "DejaVu Sans Mono", monospace',
  fontSizes: { xs: '12px', sm: '13px', md: '14px', lg: '16px', xl: '20px' },
  lineHeights: { xs: '1.3334', sm: '1.5385', md: '1.5', lg: '1.5', xl: '1.4' },
  spacing: { xs: '4px', sm: '8px', md: '12px', lg: '16px', xl: '24px' },
  radius: { xs: '4px', sm: '6px', md: '8px', lg: '12px', xl: '16px' },
  defaultRadius: 'md',
  headings: {
    fontWeight: '600',
    sizes: {
      h1: { fontSize: '24px', lineHeight: '1.25' },
      h2: { fontSize: '20px', lineHeight: '1.4' },
      h3: { fontSize: '16px', lineHeight: '1.5' },
    },
  },
  focusRing: 'auto',
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    Button: { defaultProps: { size: 'sm' } },
    Checkbox: { defaultProps: { size: 'sm' } },
    // A dialog's <header> would count as a second banner of the page.
    Modal: {
      defaultProps: {
        centered: true,
        padding: 'lg',
        transitionProps: { duration: 120 },
        attributes: NO_BANNER,
      },
    },
    Drawer: { defaultProps: { transitionProps: { duration: 120 }, attributes: NO_BANNER } },
    Menu: {
      defaultProps: {
        transitionProps: { duration: 100 },
        shadow: 'md',
        // A focusable child that is no menu item breaks the menu's role.
        withInitialFocusPlaceholder: false,
      },
    },
    Tooltip: { defaultProps: { openDelay: 400, withinPortal: true } },
  },
})

/** Mantine's own variables set to our tokens. A `:root` rule would lose on specificity. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {
    '--mantine-color-body': 'var(--of-bg)',
    '--mantine-color-text': 'var(--of-text)',
    '--mantine-color-dimmed': 'var(--of-dim)',
    '--mantine-color-placeholder': 'var(--of-dim)',
    '--mantine-color-anchor': 'var(--of-accent-text)',
    '--mantine-color-error': 'var(--of-danger)',
    '--mantine-color-default': 'var(--of-bg)',
    '--mantine-color-default-hover': 'var(--of-hover)',
    '--mantine-color-default-color': 'var(--of-text)',
    '--mantine-color-default-border': 'var(--of-line-strong)',
    '--mantine-primary-color-light': 'var(--of-accent-soft)',
    '--mantine-primary-color-light-hover': 'var(--of-accent-soft)',
    '--mantine-primary-color-light-color': 'var(--of-accent-on-soft)',
  },
  light: {},
  dark: {},
})

/** The choice is read again by theme-boot.js before the first paint. */
export const colorScheme = localStorageColorSchemeManager({ key: 'onefold.theme' })
