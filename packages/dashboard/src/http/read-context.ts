import { isObject, messageOf } from '@s3sched/kernel'

export type GivenContext =
  | { readonly outcome: 'read'; readonly fields: Readonly<Record<string, unknown>> }
  | { readonly outcome: 'invalid'; readonly problem: string }

/** The context of a form: a JSON object, or nothing. */
export function readContext(text: string): GivenContext {
  if (text.trim() === '') return { outcome: 'read', fields: {} }
  try {
    const value: unknown = JSON.parse(text)
    if (isObject(value)) return { outcome: 'read', fields: value }
    return { outcome: 'invalid', problem: 'Expected a JSON object, such as {"month": "2026-01"}' }
  } catch (error) {
    return { outcome: 'invalid', problem: `This is not JSON: ${messageOf(error)}` }
  }
}
