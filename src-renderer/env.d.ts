/// <reference types="vite/client" />

// For the linter only; vue-tsc reads the components themselves.
declare module '*.vue' {
  import type { Component } from 'vue'

  const component: Component
  export default component
}
