import { createRouter, createWebHashHistory, type RouteRecordRaw } from 'vue-router'

/**
 * The address is in the hash, so it is the same in the window (custom scheme) and in the served app. What
 * a page shows beyond its path is in the query: composables/use-query-state.ts.
 */
const routes: RouteRecordRaw[] = [
  { path: '/', name: 'home', component: () => import('./pages/home/HomePage.vue') },
  { path: '/new', name: 'new-run', component: () => import('./pages/new-run/NewRunPage.vue') },
  { path: '/runs', name: 'runs', component: () => import('./pages/runs/RunsPage.vue') },
  // Without an id: the run last looked at, else the newest.
  {
    path: '/run/:id?',
    name: 'run',
    component: () => import('./pages/run/RunPage.vue'),
    props: true,
  },
  { path: '/compare', name: 'compare', component: () => import('./pages/compare/ComparePage.vue') },
  { path: '/tables', name: 'tables', component: () => import('./pages/tables/TablesPage.vue') },
  {
    path: '/efficiency',
    name: 'efficiency',
    component: () => import('./pages/efficiency/EfficiencyPage.vue'),
  },
  {
    path: '/playground',
    name: 'playground',
    component: () => import('./pages/playground/PlaygroundPage.vue'),
  },
  {
    path: '/attention',
    name: 'attention',
    component: () => import('./pages/attention/AttentionPage.vue'),
  },
  { path: '/suites', name: 'suites', component: () => import('./pages/suites/SuitesPage.vue') },
  {
    path: '/suites/new',
    name: 'new-suite',
    component: () => import('./pages/suites/NewSuitePage.vue'),
  },
  {
    path: '/suites/:id',
    name: 'suite',
    component: () => import('./pages/suites/SuitePage.vue'),
    props: true,
  },
  { path: '/queue', name: 'queue', component: () => import('./pages/queue/QueuePage.vue') },
  {
    path: '/settings',
    name: 'settings',
    component: () => import('./pages/settings/SettingsPage.vue'),
  },
  {
    path: '/:path(.*)*',
    name: 'not-found',
    component: () => import('./pages/not-found/NotFoundPage.vue'),
  },
]

// Every component in every state, for looking at them; not in the built app.
if (import.meta.env.DEV) {
  routes.unshift({
    path: '/gallery',
    name: 'gallery',
    component: () => import('./pages/gallery/GalleryPage.vue'),
  })
}

/** Made once the address no longer holds the session's token (transport/http.ts). */
export const makeRouter = () => createRouter({ history: createWebHashHistory(), routes })
