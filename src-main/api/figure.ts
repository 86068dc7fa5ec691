import { figureToPdf } from '../figure/pdf.ts'
import { figureToSvg } from '../figure/svg.ts'
import type { Handlers } from './context.ts'

export function figureHandlers(): Handlers<'export.figure'> {
  return {
    async 'export.figure'({ figure, format }) {
      if (format === 'pdf') return { mimeType: 'application/pdf', data: await figureToPdf(figure) }
      return { mimeType: 'image/svg+xml', data: new TextEncoder().encode(figureToSvg(figure)) }
    },
  }
}
