import type { FontWeight } from './fonts.ts'

export type Point = readonly [x: number, y: number]

export interface Stroke {
  color: string
  width: number
  dash?: readonly number[] | undefined
  opacity?: number | undefined
}

export interface TextStyle {
  size: number
  weight: FontWeight
  color: string
  /** Which end of the text is at the place. */
  anchor: 'start' | 'middle' | 'end'
  /** Turned to be read from below. */
  upright?: boolean | undefined
}

/** What a figure is drawn on. All lengths in points (1/72 inch); y grows downwards. */
export interface Surface {
  lines(points: readonly Point[], stroke: Stroke): void
  area(points: readonly Point[], fill: { color: string; opacity: number }): void
  dot(at: Point, radius: number, color: string): void
  /** `at` is on the text's baseline. */
  text(text: string, at: Point, style: TextStyle): void
  /** What `draw` draws is cut at this rectangle. */
  clip(box: { x: number; y: number; width: number; height: number }, draw: () => void): void
  /** Of a text, in points. */
  measure(text: string, size: number, weight: FontWeight): number
}
