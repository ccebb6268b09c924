/**
 * The forbidden classes by the names that they go by (IM2): as a command, as a package of the system, of npm, of Python.
 * Names that also mean something harmless in one of these places stand only where they do not.
 */
import type { ImageRule } from './rules.ts'

interface Names {
  /** Without version and architecture: `gcc` stands for `x86_64-linux-gnu-gcc-12`. */
  readonly commands: string
  readonly system: string
  readonly npm: string
  readonly python: string
}

/** In this order: what is both linter and formatter is the first. */
const FORBIDDEN: readonly (readonly [ImageRule, Names])[] = [
  [
    'ci_runner',
    {
      commands:
        'gitlab-runner actions-runner Runner.Listener act_runner forgejo-runner gitea-runner buildkite-agent drone-runner-docker circleci circleci-runner woodpecker-agent concourse jenkins-agent teamcity-agent azure-pipelines-agent github-runner nektos-act buildbot-worker',
      system: 'gitlab-runner buildkite-agent jenkins buildbot-worker woodpecker-agent teamcity-agent',
      npm: '@actions/core @actions/runner gitlab-ci-local semantic-release',
      python: 'buildbot buildbot-worker',
    },
  ],
  [
    'linter',
    {
      commands:
        'eslint oxlint stylelint pylint flake8 ruff mypy pyright shellcheck hadolint golangci-lint rubocop yamllint ansible-lint markdownlint commitlint depcruise knip biome jshint tslint htmlhint pycodestyle pyflakes bandit semgrep',
      system: 'shellcheck pylint flake8 yamllint python3-flake8 python3-mypy mypy cppcheck lintian',
      npm: 'eslint oxlint stylelint jshint tslint standard xo markdownlint markdownlint-cli commitlint @commitlint/cli dependency-cruiser knip @biomejs/biome typescript-eslint eslint-plugin-vue htmlhint pyright',
      python:
        'pylint flake8 ruff mypy pyright yamllint ansible-lint pycodestyle pyflakes bandit semgrep pydocstyle',
    },
  ],
  [
    'formatter',
    {
      commands: 'prettier oxfmt black isort gofmt goimports clang-format rustfmt dprint autopep8 yapf shfmt',
      system: 'black isort clang-format shfmt astyle indent',
      npm: 'prettier oxfmt dprint standard-format js-beautify',
      python: 'black isort autopep8 yapf',
    },
  ],
  [
    'test_framework',
    {
      commands:
        'vitest jest mocha ava jasmine cypress karma nyc pytest py.test nosetests tox bats rspec phpunit newman',
      system: 'python3-pytest pytest python3-nose bats junit junit4 phpunit cypress',
      npm: 'vitest jest @jest/core mocha ava tap tape jasmine jasmine-core cypress karma nyc c8 chai sinon qunit supertest fast-check @playwright/test @vitest/runner @vitest/browser @vue/test-utils testcafe uvu nightwatch webdriverio @stryker-mutator/core happy-dom jsdom axe-core',
      python: 'pytest nose nose2 tox hypothesis coverage robotframework behave pytest-cov pytest-asyncio',
    },
  ],
  [
    'browser',
    {
      commands:
        'chromium chromium-browser google-chrome google-chrome-stable chrome chrome-headless-shell headless_shell firefox firefox-esr epiphany microsoft-edge chromedriver geckodriver msedgedriver operadriver phantomjs playwright puppeteer selenium-server chrome_crashpad_handler',
      system:
        'chromium chromium-browser chromium-driver chromium-chromedriver google-chrome-stable firefox firefox-esr epiphany-browser firefox-geckodriver phantomjs',
      npm: 'playwright playwright-core puppeteer puppeteer-core chromedriver geckodriver selenium-webdriver lighthouse phantomjs-prebuilt @axe-core/playwright',
      python: 'playwright selenium pyppeteer',
    },
  ],
  [
    'package_manager',
    {
      commands:
        'apt apt-get apt-cache aptitude dpkg dpkg-deb apk yum dnf microdnf tdnf rpm rpm2cpio zypper pacman opkg emerge snap flatpak npm npx yarn yarnpkg pnpm pnpx corepack bower pip pipx easy_install conda mamba micromamba uv uvx poetry pipenv pdm gem bundle bundler cargo composer brew nix nix-env',
      system:
        'apt aptitude dpkg apk-tools yum dnf microdnf tdnf rpm zypper pacman opkg snapd flatpak npm yarn yarnpkg pnpm python3-pip py3-pip pip pipx conda mamba micromamba poetry composer rubygems cargo bundler',
      npm: 'npm yarn pnpm corepack bower lerna',
      python: 'pip pipx poetry pipenv pdm conda uv',
    },
  ],
  [
    'compiler',
    {
      commands:
        'gcc g++ c++ cc cpp c89 c99 cc1 cc1plus collect2 lto1 lto-wrapper clang clang++ tcc rustc go ghc javac scalac kotlinc swiftc dmd gdc gfortran f951 fpc nasm yasm as ld ld.bfd ld.gold ld.lld lld gold ar tsc vue-tsc emcc zig ocamlopt',
      system:
        'gcc g++ cpp clang llvm lld tcc rustc rust golang golang-go go ghc gfortran gcc-c++ gdc nasm yasm binutils build-essential build-base musl-dev libc-dev libc6-dev glibc-devel libstdc++-dev openjdk-jdk openjdk-jdk-headless default-jdk node-typescript emscripten zig ocaml base-devel',
      npm: 'typescript vue-tsc @vue/compiler-sfc @swc/core coffeescript node-gyp-build-from-source @babel/core',
      python: 'cython nuitka numba',
    },
  ],
  [
    'build_tool',
    {
      commands:
        'make gmake cmake ctest cpack ninja meson automake autoconf autoreconf libtoolize bazel buck gradle mvn ant scons vite rollup webpack esbuild parcel turbo nx gulp grunt node-gyp docker buildah kaniko buildctl podman tsup rolldown',
      system:
        'make cmake ninja-build ninja samurai meson automake autoconf libtool bazel gradle maven ant scons docker-ce docker.io podman buildah pkg-config pkgconf patch',
      npm: 'vite rollup rolldown webpack webpack-cli esbuild parcel turbo nx gulp grunt node-gyp @vitejs/plugin-vue tsup browserify nodemon ts-node tsx concurrently',
      python: 'meson scons ninja cmake setuptools-scm build',
    },
  ],
  [
    'vcs_data',
    {
      commands: 'git hg svn bzr fossil cvs gh glab',
      system: 'git mercurial subversion bzr git-lfs',
      npm: '',
      python: 'mercurial gitpython',
    },
  ],
  [
    'shell',
    {
      commands: 'sh bash dash ash zsh ksh mksh fish csh tcsh busybox toybox rbash pwsh',
      system: 'bash dash zsh ksh mksh fish csh tcsh busybox toybox',
      npm: '',
      python: '',
    },
  ],
]

type Place = keyof Names

const BY_PLACE: Readonly<Record<Place, ReadonlyMap<string, ImageRule>>> = {
  commands: namesOf('commands'),
  system: namesOf('system'),
  npm: namesOf('npm'),
  python: namesOf('python'),
}

function namesOf(place: Place): Map<string, ImageRule> {
  const rules = new Map<string, ImageRule>()
  for (const [rule, names] of FORBIDDEN) {
    for (const name of names[place].split(' ').filter((one) => one !== '')) {
      if (!rules.has(name)) rules.set(name, rule)
    }
  }
  return rules
}

/** The class of a command by the name of its file. */
export function commandRule(name: string): ImageRule | null {
  return firstOf('commands', spellings(name))
}

export function systemPackageRule(name: string): ImageRule | null {
  const plain = name.toLowerCase().replace(/:[a-z0-9]+$/, '')
  // openjdk-17-jdk, libstdc++-12-dev: the version stands inside.
  return firstOf('system', [...spellings(plain), plain.replace(/-\d+(?:\.\d+)*(?=-(?:jdk|dev))/, '')])
}

export function npmPackageRule(name: string): ImageRule | null {
  return firstOf('npm', [name]) ?? (name.startsWith('@types/') ? 'dev_dependency' : null)
}

export function pythonPackageRule(name: string): ImageRule | null {
  return firstOf('python', [name.toLowerCase().replace(/[-_.]+/g, '-')])
}

/** With its architecture in front or its version behind, `gcc` is `gcc`. */
function spellings(name: string): string[] {
  const bare = name.replace(
    /^(?:[a-z0-9_]+-){1,3}(?=(?:gcc|g\+\+|c\+\+|cpp|as|ld|ar|gfortran)(?:$|[-.]))/,
    '',
  )
  return [name, bare].flatMap((one) => [
    one,
    one.replace(/[-.]?\d+(?:\.\d+)*$/, ''),
    one.replace(/\.(?:exe|cmd|[cm]?js)$/, ''),
  ])
}

function firstOf(place: Place, names: readonly string[]): ImageRule | null {
  for (const name of names) {
    const rule = BY_PLACE[place].get(name)
    if (rule !== undefined) return rule
  }
  return null
}
