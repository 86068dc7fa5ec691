import { z } from 'zod'
import { bytes, call } from './call.ts'

/** A place on an axis: 0 at its beginning, 1 at its end. */
const place = z.union([z.number(), z.nan()])
const axis = z.strictObject({
  label: z.string().max(200),
  ticks: z
    .array(z.strictObject({ at: z.number().min(0).max(1), text: z.string().max(40) }))
    .max(100),
})
const points = z.strictObject({ x: z.array(place).max(200_000), y: z.array(place).max(200_000) })

/**
 * A chart as it is printed, whatever it shows: lines or marks at places between 0 and 1 of both axes. A y that is NaN
 * parts the line.
 */
export const figure = z.strictObject({
  title: z.string().max(300).default(''),
  x: axis,
  y: axis,
  series: z
    .array(
      z.strictObject({
        name: z.string().max(300),
        color: z.string().regex(/^#[0-9a-f]{6}$/i),
        mark: z.enum(['line', 'dashed', 'dot']).default('line'),
        ...points.shape,
        /** A shaded range, over seeds; on the same x. */
        band: z
          .strictObject({ low: z.array(place), high: z.array(place) })
          .nullable()
          .default(null),
        /** Drawn fainter, behind another. */
        faint: z.boolean().default(false),
        legend: z.boolean().default(true),
      }),
    )
    .min(1)
    .max(200),
  widthMm: z.number().min(30).max(500),
  heightMm: z.number().min(20).max(500),
  fontPt: z.number().min(4).max(24),
})

export const figureCalls = {
  /** Draws a chart for print, in millimetres and points, with its font in the file. */
  'export.figure': call(
    z.strictObject({ figure, format: z.enum(['svg', 'pdf']) }),
    z.strictObject({ mimeType: z.string(), data: bytes }),
  ),
}

export type Figure = z.infer<typeof figure>
export type FigureInput = z.input<typeof figure>
