import type { TFunction } from 'i18next'

const STEPS = [
  'probe',
  'extract',
  'ocr',
  'speech',
  'chunk',
  'embed',
  'index',
  'picture',
  'preview',
  'near',
  'link',
] as const
type Step = (typeof STEPS)[number]

/** Whether this page has words for a step. */
export const isStep = (name: string): name is Step => STEPS.includes(name as Step)

/** A step of understanding in words; a step we do not know yet keeps its own name. */
export const stepName = (t: TFunction, step: string): string =>
  isStep(step) ? t(`activity.step.${step}`) : step
