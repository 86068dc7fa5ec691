import js from '@eslint/js'
import prettier from 'eslint-config-prettier'
import vue from 'eslint-plugin-vue'
import tseslint from 'typescript-eslint'

export default tseslint.config(
  { ignores: ['dist/', 'out/', 'node_modules/', 'shared/'] },
  js.configs.recommended,
  ...tseslint.configs.recommendedTypeChecked,
  {
    languageOptions: {
      parserOptions: {
        projectService: { allowDefaultProject: ['*.js'] },
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      eqeqeq: 'error',
    },
  },
  {
    // src-shared runs in the renderer too: nothing of Node may enter it.
    files: ['src-shared/**'],
    rules: {
      'no-restricted-imports': [
        'error',
        { patterns: ['node:*', 'electron', 'better-sqlite3', '@tensorflow/*', '**/src-main/**'] },
      ],
    },
  },
  ...vue.configs['flat/recommended'].map((config) => ({
    ...config,
    files: ['src-renderer/**/*.vue'],
  })),
  {
    files: ['src-renderer/**/*.vue'],
    languageOptions: {
      parserOptions: { parser: tseslint.parser, extraFileExtensions: ['.vue'] },
    },
    rules: {
      // vue-tsc, which `npm run typecheck` runs, knows the types of components; the linter does not.
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      'no-undef': 'off',
      'vue/multi-word-component-names': 'off',
      'vue/require-default-prop': 'off',
      'vue/block-lang': ['error', { script: { lang: 'ts' } }],
      'vue/no-v-html': 'error',
      'vue/no-static-inline-styles': 'error',
    },
  },
  {
    // The renderer runs in a sandboxed page: it has the contract and nothing of the core or of Node.
    files: ['src-renderer/**'],
    rules: {
      'no-restricted-imports': [
        'error',
        { patterns: ['node:*', 'electron', 'better-sqlite3', '@tensorflow/*', '**/src-main/**'] },
      ],
    },
  },
  {
    // Bundles lie elsewhere than their sources: only layout.ts knows where files are.
    files: ['src-main/**'],
    ignores: ['src-main/layout.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        {
          selector:
            "NewExpression[callee.name='URL'] > MemberExpression[object.type='MetaProperty']",
          message: 'Take it from src-main/layout.ts.',
        },
      ],
    },
  },
  {
    // The core runs without Electron; the page's messages come in through one module.
    files: ['src-main/**'],
    ignores: ['src-main/electron/**', 'src-main/trainer/**'],
    rules: { 'no-restricted-imports': ['error', { patterns: ['electron', '**/electron/**'] }] },
  },
  {
    files: ['src-main/electron/**'],
    ignores: ['src-main/electron/ipc.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        { paths: [{ name: 'electron', importNames: ['ipcMain'], message: 'Use ipc.ts.' }] },
      ],
    },
  },
  {
    // One writer: the trainer never opens the database (docs: architecture).
    files: ['src-main/trainer/**'],
    rules: {
      'no-restricted-imports': [
        'error',
        { patterns: ['electron', 'better-sqlite3', '**/store/**'] },
      ],
    },
  },
  {
    files: ['**/*.mjs', '**/*.js'],
    extends: [tseslint.configs.disableTypeChecked],
    languageOptions: { globals: { process: 'readonly', console: 'readonly', URL: 'readonly' } },
  },
  prettier,
)
