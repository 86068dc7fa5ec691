import vue from '@vitejs/plugin-vue'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'

const renderer = fileURLToPath(new URL('src-renderer', import.meta.url))

/**
 * Builds the renderer to dist/renderer, the same files for the window and for the served mode. The page
 * runs under `script-src 'self'; style-src 'self'`, so nothing may be inlined into index.html.
 *
 * `npm run dev` gives hot reloading beside `virtlab serve --port 7710`.
 */
export default defineConfig({
  root: renderer,
  // Relative, so the files also work from a custom scheme.
  base: './',
  plugins: [vue()],
  resolve: {
    alias: {
      '~': renderer,
      '@shared': fileURLToPath(new URL('src-shared', import.meta.url)),
    },
  },
  build: {
    outDir: fileURLToPath(new URL('dist/renderer', import.meta.url)),
    emptyOutDir: true,
    target: 'chrome130',
    // A data: font would need `font-src data:`.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 900,
  },
  server: {
    port: 7711,
    strictPort: true,
    proxy: {
      '/api': { target: 'http://127.0.0.1:7710', changeOrigin: true },
      '/events': { target: 'http://127.0.0.1:7710', changeOrigin: true },
      '/session': { target: 'http://127.0.0.1:7710', changeOrigin: true },
    },
  },
})
