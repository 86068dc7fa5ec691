import { csv } from './csv.ts'
import { json } from './json.ts'
import { latex } from './latex.ts'
import { markdown } from './markdown.ts'
import type { Exporter } from './table.ts'

/** Every format, one file each. */
export const exporters: Exporter[] = [csv, json, markdown, latex]
