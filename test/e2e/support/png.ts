import type { Page } from '@playwright/test'

export interface Pixels {
  width: number
  height: number
  /** How many pixels have (nearly) each of the colours asked for, in their order. */
  counts: number[]
}

/** A PNG as Chromium decodes it: its size, and how many of its pixels have the colours (`#rrggbb`). */
export async function pixelsOf(
  page: Page,
  png: Buffer,
  colors: readonly string[],
): Promise<Pixels> {
  return page.evaluate(
    async ({ base64, colors }) => {
      const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))
      const image = await createImageBitmap(new Blob([bytes], { type: 'image/png' }))
      const canvas = new OffscreenCanvas(image.width, image.height)
      const context = canvas.getContext('2d')!
      context.drawImage(image, 0, 0)
      const { data } = context.getImageData(0, 0, image.width, image.height)
      const counts = colors.map((color) => {
        const [r, g, b] = [1, 3, 5].map((at) => parseInt(color.slice(at, at + 2), 16)) as [
          number,
          number,
          number,
        ]
        let count = 0
        for (let i = 0; i < data.length; i += 4) {
          const far = Math.max(
            Math.abs(data[i]! - r),
            Math.abs(data[i + 1]! - g),
            Math.abs(data[i + 2]! - b),
          )
          if (far <= 6 && data[i + 3] === 255) count++
        }
        return count
      })
      return { width: image.width, height: image.height, counts }
    },
    { base64: png.toString('base64'), colors },
  )
}

/** Dots per metre that the PNG says it has (its pHYs chunk). */
export function dotsPerMetre(png: Buffer): number {
  const at = png.indexOf('pHYs', 0, 'latin1')
  return at < 0 ? NaN : png.readUInt32BE(at + 4)
}
