/**
 * Makes tfjs's own operations differentiable. tfjs-core's Node build registers no gradients and has them
 * only as modules that Node cannot load; tfjs-layers' build registers them all, with the engine that
 * every tfjs package of the process shares. Nothing else of tfjs-layers is used.
 */
import '@tensorflow/tfjs-layers'
