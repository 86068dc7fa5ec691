import { csv } from '../export/csv.ts'
import type { ExportColumn, Exporter } from '../export/table.ts'
import { tsv } from '../export/tsv.ts'
import type { Ranking } from '../../src-shared/ranking.ts'
import { formatNumber } from './format.ts'
import { formatTable } from './table.ts'

const ms = (time: number) => `${time >= 100 ? time.toFixed(0) : time.toPrecision(3)} ms`

/** One query's candidates as a table, the scores of all labels, and the times. */
export function describeRanking({
  query,
  labels,
  label,
  candidates,
  ranked,
  times,
}: Ranking): string {
  const rows = ranked.map((one, rank) => ({ ...one, rank: rank + 1 }))
  const table = formatTable(
    [
      { title: '#', value: ({ rank }) => String(rank), align: 'right' },
      { title: 'id', value: ({ id }) => id },
      {
        title: label ?? 'expected',
        value: ({ score }) => formatNumber(score),
        align: 'right',
      },
      ...labels
        .map((name, i) => ({ name, i }))
        .filter(({ name }) => name !== label)
        .map(({ name, i }) => ({
          title: name,
          value: ({ probabilities }: (typeof rows)[number]) => formatNumber(probabilities[i]),
          align: 'right' as const,
        })),
      { title: 'text', value: ({ text }) => (text.length > 70 ? `${text.slice(0, 69)}…` : text) },
    ],
    rows,
  )
  const speed = `query encoded in ${ms(times.encodeX)}, ${candidates} candidates scored in ${ms(times.interact)}, total ${ms(times.total)}`
  return `${query.text}\n${table}\n${speed}`
}

/** All rankings as a file's text, by its ending. */
export const rankingFiles: Record<string, (rankings: Ranking[]) => string | Promise<string>> = {
  jsonl: (rankings) =>
    rankings
      .map(({ query, labels, label, ranked, times }) => {
        const found = ranked.map(({ probabilities, ...one }, i) => ({
          rank: i + 1,
          ...one,
          probabilities: Object.fromEntries(labels.map((name, k) => [name, probabilities[k]])),
        }))
        return `${JSON.stringify({ query, label, ranked: found, times })}\n`
      })
      .join(''),
  csv: (rankings) => rows(csv, rankings),
  tsv: (rankings) => rows(tsv, rankings),
}

const texts = ['query_id', 'query', 'id', 'text']

async function rows(exporter: Exporter, rankings: Ranking[]): Promise<string> {
  const labels = rankings[0]?.labels ?? []
  const columns = [
    'query_id',
    'query',
    'rank',
    'id',
    'text',
    'score',
    ...labels,
    'encode_query_ms',
    'score_ms',
  ].map((key): ExportColumn => ({
    key,
    title: key,
    kind: texts.includes(key) ? 'text' : 'number',
  }))
  const cells = rankings.flatMap(({ query, ranked, times }) =>
    ranked.map(({ id, text, score, probabilities }, i) => [
      query.id,
      query.text,
      i + 1,
      id,
      text,
      score,
      ...probabilities,
      times.encodeX,
      times.interact,
    ]),
  )
  let text = ''
  for await (const piece of exporter.render({ columns, rows: cells })) text += String(piece)
  return text
}
