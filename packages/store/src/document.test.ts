import { describe, expect, it } from 'vitest'
import { decodeDocument, encodeDocument } from './document.ts'
import { MAX_JSON_DEPTH } from './json-depth.ts'
import { StoreError } from './store-error.ts'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

function nested(depth: number): unknown {
  return depth === 0 ? 'x' : [nested(depth - 1)]
}

describe('a document', () => {
  it('is read back as it was written, as deep as it may be', () => {
    const fields = { deep: nested(MAX_JSON_DEPTH - 1), text: 'a "quoted" \\ [[[{{{ text' }
    expect(decodeDocument(encodeDocument(fields, 'n'))).toEqual({ outcome: 'found', fields, nonce: 'n' })
  })

  it('that is nested deeper is neither written nor read', () => {
    expect(() => encodeDocument({ deep: nested(MAX_JSON_DEPTH) }, 'n')).toThrow(StoreError)
    const deep = `{"v":1,"nonce":"n","deep":${'['.repeat(MAX_JSON_DEPTH)}${']'.repeat(MAX_JSON_DEPTH)}}`
    expect(decodeDocument(bytes(deep))).toMatchObject({
      outcome: 'unreadable',
      problem: expect.stringMatching('deeper'),
    })
  })

  it.each([
    ['millions of open brackets', '['.repeat(4_000_000)],
    ['millions of nested objects', '{"a":'.repeat(1_000_000)],
    ['brackets that are closed too often', ']'.repeat(1000)],
    ['a string without an end', '{"v":1,"nonce":"'],
    ['a list', '[1]'],
    ['null', 'null'],
    ['no version', '{"nonce":"n"}'],
    ['a later version', '{"v":2,"nonce":"n"}'],
    ['no nonce', '{"v":1}'],
    ['nothing', ''],
  ])('of %s is unreadable, and no more', (_, text) => {
    const { outcome } = decodeDocument(bytes(text))
    expect(outcome).toBe('unreadable')
  })

  it.each([
    ['plainly', '__proto__'],
    ['with escapes', '\\u005F_pro\\u0074o__'],
  ])('brings no prototype with it that is spelled %s', (_, key) => {
    const decoded = decodeDocument(
      bytes(`{"v":1,"nonce":"n","${key}":{"isAdmin":true},"inner":{"${key}":{"isAdmin":true}}}`),
    )
    expect(decoded).toEqual({ outcome: 'found', nonce: 'n', fields: { inner: {} } })
    const { fields } = decoded as unknown as { fields: { inner: object } }
    expect(Object.assign({}, fields.inner)).not.toHaveProperty('isAdmin')
    expect({}).not.toHaveProperty('isAdmin')
  })
})
