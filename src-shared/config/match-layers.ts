import type { LayerChoice } from './distillation.ts'

/** A model's layers, counted from the first. */
export interface Depth {
  /** All of its encoder's. */
  layers: number
  /** Those that the distillation at hand can use, from the first. */
  usable: number
}

export interface LayerPair {
  studentLayer: number
  teacherLayer: number
}

/** Why layers cannot be matched: in which setting, and what to do. */
export interface LayerProblem {
  setting: 'layers' | 'layerMap'
  message: string
  fix: string
}

/**
 * Which teacher layer teaches which student layer, both from 1: the same one where the models are equally deep, else
 * as `layerMap` says; of these the layers that are asked for.
 */
export function matchLayers(
  { layers, layerMap }: { layers: LayerChoice; layerMap?: number[] | undefined },
  student: Depth,
  teacher: Depth,
): LayerPair[] | LayerProblem {
  const { usable } = student
  if (!layerMap && student.layers !== teacher.layers) {
    return {
      setting: 'layerMap',
      message: `the student has ${student.layers} layers and the teacher ${teacher.layers}`,
      fix: `name a teacher layer for each student layer, e.g. layerMap: [${uniformMap(student, teacher).join(', ')}]`,
    }
  }
  const map = layerMap ?? count(usable)
  if (map.length !== usable) {
    return {
      setting: 'layerMap',
      message: `layerMap names ${map.length} teacher layers for ${usable} student layers`,
      fix: 'give one teacher layer for each student layer that can learn',
    }
  }
  const tooHigh = map.find((layer) => layer > teacher.usable)
  if (tooHigh !== undefined) {
    return {
      setting: 'layerMap',
      message: `the teacher has ${teacher.usable} layers, not ${tooHigh}`,
      fix: `use layers from 1 to ${teacher.usable}`,
    }
  }
  const wanted = chosenLayers(layers, usable)
  const missing = wanted.find((layer) => layer < 1 || layer > usable)
  if (missing !== undefined || wanted.length === 0) {
    const isJoint = missing !== undefined && missing > usable && missing <= student.layers
    return {
      setting: 'layers',
      message: isJoint
        ? `layer ${missing} of the student reads X and Y together`
        : typeof layers === 'string'
          ? `"${layers}" does not fit the ${usable} student layers that can learn`
          : `the student has ${usable} layers, not ${missing}`,
      fix: `use layers from 1 to ${usable}`,
    }
  }
  return wanted.map((layer) => ({ studentLayer: layer, teacherLayer: map[layer - 1]! }))
}

/** `last 3` of 2 layers begins below the first and fits nothing; neither does `every 3`. */
function chosenLayers(choice: LayerChoice, depth: number): number[] {
  if (choice === 'all') return count(depth)
  if (typeof choice !== 'string') return [...new Set(choice)]
  const [kind, number] = choice.split(' ')
  const n = Number(number)
  return kind === 'last'
    ? count(n).map((i) => depth - n + i)
    : count(depth).filter((layer) => layer % n === 0)
}

/** Student layer i of n learns from teacher layer round(i·m/n). */
function uniformMap(student: Depth, teacher: Depth): number[] {
  return count(student.usable).map((layer) =>
    Math.min(teacher.usable, Math.max(1, Math.round((layer * teacher.layers) / student.layers))),
  )
}

const count = (n: number) => Array.from({ length: n }, (_, i) => i + 1)
