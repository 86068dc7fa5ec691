import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { placeLabels, shared } from '../../src-renderer/charts/place-labels.ts'

const area = { x: 50, y: 10, width: 500, height: 300 }

describe('labels of marks', () => {
  test('the only one stands right beside its mark', () => {
    const [label] = placeLabels([{ x: 200, y: 100, width: 60, height: 14 }], area)
    expect(label).toMatchObject({ x: 209, y: 93, leader: false })
  })

  test('at the right edge it stands to the left', () => {
    const [label] = placeLabels([{ x: 545, y: 100, width: 60, height: 14 }], area)
    expect(label!.x + label!.width).toBeLessThanOrEqual(545 - 6)
  })

  test('ten marks, some on one spot: no label lies on another, all within the area', () => {
    const mark = fc.record({
      x: fc.integer({ min: 50, max: 550 }),
      y: fc.integer({ min: 10, max: 310 }),
      width: fc.integer({ min: 30, max: 100 }),
      height: fc.constant(14),
    })
    fc.assert(
      fc.property(fc.array(mark, { minLength: 2, maxLength: 10 }), (marks) => {
        const labels = placeLabels(marks, area)
        labels.forEach((label, i) => {
          expect(label.x).toBeGreaterThanOrEqual(area.x)
          expect(label.y).toBeGreaterThanOrEqual(area.y)
          expect(label.x + label.width).toBeLessThanOrEqual(area.x + area.width)
          expect(label.y + label.height).toBeLessThanOrEqual(area.y + area.height)
          for (const other of labels.slice(i + 1)) expect(shared(label, other)).toBe(0)
        })
      }),
    )
  })
})
