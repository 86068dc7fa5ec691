import { csv } from './csv.ts'
import { html } from './html.ts'
import { json } from './json.ts'
import { latex } from './latex.ts'
import { markdown } from './markdown.ts'
import type { Exporter } from './table.ts'
import { tsv } from './tsv.ts'
import { xlsx } from './xlsx.ts'

/** Every format, one file each. */
export const exporters: Exporter[] = [csv, json, markdown, latex, html, xlsx, tsv]
