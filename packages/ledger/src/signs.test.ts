import { expect, it } from 'vitest'
import { EMPTY_PAGE, type Page, type Sign } from './page.ts'
import { addSign, MAX_SIGNS } from './signs.ts'

const sign = (seq: number): Sign => ({ seq, nonce: `n${seq}` })
const pageOf = (count: number, forgotten: number = 0): Page => ({
  ...EMPTY_PAGE,
  signs: new Map(Array.from({ length: count }, (_, index) => [`w${index}`, sign(index + 1)])),
  forgotten,
})

it('a commit moves the sign of its writer to the end, and leaves the page as it is', () => {
  const page = pageOf(3)
  const { forgotten, signs } = addSign(page, 'w0', sign(9))
  expect([...signs.keys()]).toEqual(['w1', 'w2', 'w0'])
  expect([signs.get('w0'), forgotten]).toEqual([sign(9), 0])
  expect(page.signs.get('w0')).toEqual(sign(1))
})

it('too many signs lose the oldest, and the page remembers how late it was', () => {
  const full = addSign(pageOf(MAX_SIGNS), 'w1', sign(99))
  expect([full.signs.size, full.forgotten]).toEqual([MAX_SIGNS, 0])
  const more = addSign(pageOf(MAX_SIGNS + 1), 'new', sign(99))
  expect([...more.signs.keys()].slice(0, 2)).toEqual(['w2', 'w3'])
  expect([more.signs.size, more.forgotten]).toEqual([MAX_SIGNS, 2])
  expect(addSign(pageOf(MAX_SIGNS, 50), 'new', sign(99)).forgotten).toBe(50)
})
