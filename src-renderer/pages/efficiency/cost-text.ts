import type { CostEstimate } from '@shared/contract/efficiency.ts'
import type { CostKey } from '@shared/cost-keys.ts'
import { useText } from '~/i18n/index.ts'
import { formatInteger, formatNumber } from '~/lib/format.ts'

/** Costs in words, for the page's controls, charts and tables. */
export function useCostText() {
  const t = useText('efficiency')
  const n = (size: number | null) => ({ n: formatInteger(size) })
  const scaled = (value: number, { divisor }: CostKey) => formatNumber(value / divisor, 3)
  return {
    name: ({ kind, size }: CostKey) => t(`cost.${kind}`, n(size)),
    column: ({ kind, size }: CostKey) => t(`column.${kind}`, n(size)),
    axis: ({ kind, size }: CostKey) =>
      t('axis', { what: t(`cost.${kind}`, n(size)), unit: t(`unit.${kind}`) }),
    /** 4.21 ms [4.02, 4.55]; the interval only where there is one. */
    interval(cost: CostEstimate, key: CostKey): string {
      const value = scaled(cost.value, key)
      if (cost.low === cost.high) return `${value} ${key.unit}`
      return t('interval', {
        value,
        unit: key.unit,
        low: scaled(cost.low, key),
        high: scaled(cost.high, key),
      })
    },
    value: scaled,
  }
}
