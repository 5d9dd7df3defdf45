import { expect, it } from 'vitest'
import { html } from './html.ts'

it('escapes everything that is put into a template, in text and in attributes', () => {
  const hostile = `"><script>alert('1')</script>&`
  expect(String(html`<a title="${hostile}">${hostile}</a>`)).toBe(
    '<a title="&quot;&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&amp;">' +
      '&quot;&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&amp;</a>',
  )
})

it('leaves alone what a template made, also in lists', () => {
  const items = ['<a>', '<b>'].map((name) => html`<b>${name}</b>`)
  expect(String(html`<i>${items}</i>`)).toBe('<i><b>&lt;a&gt;</b><b>&lt;b&gt;</b></i>')
})

it('is not deceived by an object that only looks like markup', () => {
  const forged = { toString: () => '<script>' } as unknown as string
  expect(String(html`${forged}`)).toBe('&lt;script&gt;')
})

it('makes nothing of null, undefined and false, and a zero of zero', () => {
  expect(String(html`${null}${undefined}${false}${0}`)).toBe('0')
})

it('refuses an attribute without quotes, where escaping would not hold', () => {
  expect(() => html`<a href=${'x onclick=alert(1)'}></a>`).toThrow(/quotes/)
})

it('shows half a surrogate pair as a replacement character', () => {
  expect(String(html`${'a\ud800b'}`)).toBe('a\ufffdb')
})
