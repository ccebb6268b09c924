import pluginVue from 'eslint-plugin-vue'
import tseslint from 'typescript-eslint'

/** Formatting is oxfmt's; types are the compiler's. Here: what neither of them sees. */
export default tseslint.config(
  { ignores: ['build/', 'dist/', 'node_modules/', '.holdfast/', 'coverage/'] },
  ...tseslint.configs.strict,
  ...pluginVue.configs['flat/recommended'],
  {
    files: ['**/*.vue'],
    languageOptions: { parserOptions: { parser: tseslint.parser } },
  },
  {
    rules: {
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      'no-console': 'error',
      'no-eval': 'error',
      eqeqeq: 'error',
      // oxfmt lays templates out.
      'vue/max-attributes-per-line': 'off',
      'vue/singleline-html-element-content-newline': 'off',
      'vue/html-self-closing': 'off',
      'vue/html-indent': 'off',
      'vue/html-closing-bracket-newline': 'off',
      'vue/multiline-html-element-content-newline': 'off',
      'vue/no-v-html': 'error',
      // The parts are called what they are; none of these is an element of HTML.
      'vue/multi-word-component-names': ['error', { ignores: ['App', 'Figure', 'Notice', 'Sparkline'] }],
      // The compiler sees both: a prop that may be missing, and a switch that covers its union.
      'vue/require-default-prop': 'off',
      'vue/return-in-computed-property': 'off',
    },
  },
  {
    // Where the wall clock is read, only there (WD11): everything else is handed a Clock or an instant.
    files: ['src/domain/**/*.ts', 'src/agent/**/*.ts'],
    ignores: ['src/agent/system/**'],
    rules: {
      'no-restricted-syntax': [
        'error',
        {
          selector: 'CallExpression[callee.object.name="Date"][callee.property.name="now"]',
          message: 'Take a Clock (src/agent/ports/clock.ts) or an instant as an argument.',
        },
        {
          selector: 'NewExpression[callee.name="Date"][arguments.length=0]',
          message: 'Take a Clock (src/agent/ports/clock.ts) or an instant as an argument.',
        },
      ],
    },
  },
  { files: ['tools/**', 'src/agent/cli/**'], rules: { 'no-console': 'off' } },
  {
    // Plain scripts that must run before anything is installed: the compiler does not see their globals.
    files: ['tools/**/*.mjs', 'eslint.config.js', '.dependency-cruiser.mjs'],
    languageOptions: {
      globals: { process: 'readonly', console: 'readonly', URL: 'readonly', setTimeout: 'readonly' },
    },
  },
  {
    // A script of the browser that is copied as it stands.
    files: ['public/*.js'],
    languageOptions: { globals: { self: 'readonly', caches: 'readonly' } },
  },
)
