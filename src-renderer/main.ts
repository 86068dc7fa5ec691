import '@fontsource-variable/inter/wght.css'
import '@fontsource-variable/jetbrains-mono/wght.css'
import './styles/tokens.css'
import './styles/base.css'
import './styles/controls.css'
import { createPinia } from 'pinia'
import { createApp } from 'vue'
import { z } from 'zod'
import App from './App.vue'
import { toApiError } from './composables/use-call.ts'
import { makeRouter } from './router.ts'
import { useLive } from './stores/live.ts'
import { useSettings } from './stores/settings.ts'
import { useToasts } from './stores/toasts.ts'
import { connect } from './transport/connect.ts'
import { setTransport } from './transport/transport.ts'

// The page's Content-Security-Policy forbids making code from text, which zod would do for speed.
z.config({ jitless: true })

const { transport, problem } = await connect()
setTransport(transport)
const router = makeRouter()
const app = createApp(App)
app.use(createPinia())
// Applies theme and language before anything is painted; what the core says comes a moment later.
const settings = useSettings()
app.use(router)
// A page's files are gone where the app was built anew under an open window: load it anew, once.
router.onError((cause, to) => {
  console.warn(cause)
  if (sessionStorage.getItem('virtlab.reloadedFor') === to.fullPath) return
  sessionStorage.setItem('virtlab.reloadedFor', to.fullPath)
  location.hash = `#${to.fullPath}`
  location.reload()
})
router.afterEach(() => sessionStorage.removeItem('virtlab.reloadedFor'))
app.config.errorHandler = (cause) => {
  console.error(cause)
  useToasts().showError({ message: cause instanceof Error ? cause.message : String(cause) })
}
await router.isReady()
app.mount('#app')

if (problem) useToasts().showError(problem)
for (const load of [settings.load, useLive().load]) {
  load().catch((cause: unknown) => useToasts().showError(toApiError(cause)))
}
