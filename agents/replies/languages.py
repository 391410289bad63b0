"""What is known of languages, file endings and shell commands, to tell a file from other blocks."""

from __future__ import annotations

import re


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


SHELLS = _words(
    "bash sh shell zsh fish console terminal shell-session shellsession bash-session cmd bat batch dos "
    "powershell ps1 pwsh ps command commandline cli"
)
PLAIN = _words(
    "text txt plaintext plain output out stdout stderr log logs none nohighlight traceback pytb pycon "
    "mermaid plantuml puml dot graphviz ascii tree math latex tex"
)
NO_LANGUAGE = frozenset({"", "code", "file"})

# Where models put commands; elsewhere `echo x` and `type x` are statements.
_MAY_BE_SHELL = SHELLS | PLAIN | NO_LANGUAGE | {"python", "py", "python3"}

# Languages that share endings stand together: a block in one of them may be any file of its group.
_GROUPS: tuple[tuple[str, str], ...] = (
    ("python py python3 py3 cython", "py pyw pyi pyx"),
    (
        "javascript js jsx mjs node typescript ts tsx vue svelte astro coffee coffeescript",
        "js jsx mjs cjs ts tsx mts cts vue svelte astro coffee",
    ),
    (
        "html xml svg xhtml jinja jinja2 django vue svelte handlebars ejs htm pug",
        "html htm xhtml xml svg xsd xsl xslt vue svelte jinja jinja2 j2 hbs ejs pug qml ui plist",
    ),
    ("css scss sass less stylus qss", "css scss sass less styl qss"),
    ("json json5 jsonc jsonl geojson", "json json5 jsonc jsonl ndjson geojson webmanifest ipynb map"),
    ("yaml yml", "yaml yml"),
    ("toml ini cfg conf properties dotenv env editorconfig", "toml ini cfg conf properties env"),
    ("java", "java"),
    ("kotlin kt", "kt kts"),
    ("groovy gradle", "groovy gradle"),
    ("scala", "scala sbt"),
    (
        "c cpp c++ cxx h hpp objective-c objc cuda arduino",
        "c cc cpp cxx h hh hpp hxx ino cu cuh m mm",
    ),
    ("csharp cs c# fsharp f# vb vbnet vb.net asp.net", "cs csx fs fsx vb csproj sln cshtml razor xaml"),
    ("go golang", "go mod sum work"),
    ("rust rs", "rs"),
    ("ruby rb", "rb erb gemspec rake"),
    ("php", "php phtml"),
    ("swift", "swift"),
    ("dart", "dart"),
    ("lua", "lua"),
    ("perl pl", "pl pm t"),
    ("r", "r rmd"),
    ("julia jl", "jl"),
    ("haskell hs", "hs lhs cabal"),
    ("elixir ex erlang", "ex exs erl hrl heex"),
    ("clojure clj lisp scheme racket", "clj cljs edn lisp lsp scm rkt el"),
    ("ocaml ml", "ml mli"),
    ("sql postgresql mysql sqlite", "sql"),
    ("graphql protobuf proto", "graphql gql proto"),
    ("glsl hlsl wgsl", "glsl hlsl wgsl vert frag shader"),
    ("gdscript godot", "gd tscn tres godot"),
    ("terraform hcl nix", "tf tfvars hcl nix"),
    ("asm assembly nasm", "asm s"),
    ("zig nim d v pascal fortran matlab", "zig nim pas f90 f95 for"),
    ("markdown md mdx rst asciidoc", "md mdx markdown rst adoc"),
    ("makefile make cmake just", "mk cmake"),
    ("dockerfile docker", "dockerfile"),
    ("csv tsv", "csv tsv"),
    ("text txt", "txt text log lst lock in"),
    ("bash sh shell zsh fish", "sh bash zsh fish"),
    ("bat batch cmd dos powershell ps1 pwsh", "bat cmd ps1 psm1"),
    ("diff patch", "diff patch"),
    ("latex tex", "tex bib sty"),
)

EXTENSIONS = frozenset(extension for _, extensions in _GROUPS for extension in extensions.split())
SHELL_EXTENSIONS = _words("sh bash zsh fish bat cmd ps1 psm1")
_TEXTUAL = _words("txt text md markdown rst csv tsv log lst in lock adoc json yaml yml ini cfg")
_LANGUAGES = frozenset(language for languages, _ in _GROUPS for language in languages.split())

# Whole names without an ending that are files; spelled exactly so, since many are words as well.
BARE_NAMES = _words(
    "Makefile makefile GNUmakefile Dockerfile Containerfile Procfile Gemfile Rakefile Jenkinsfile "
    "Vagrantfile Pipfile Brewfile Justfile justfile Caddyfile Earthfile Tiltfile Podfile Fastfile "
    "Snakefile Guardfile Berksfile SConstruct SConscript gradlew mvnw"
)
NOTICES = _words(
    "LICENSE LICENCE README CHANGELOG CHANGES AUTHORS CONTRIBUTORS CONTRIBUTING COPYING NOTICE INSTALL "
    "TODO CODEOWNERS VERSION MANIFEST CNAME BUILD WORKSPACE"
)
# Endings that are words as well: `math.log`, `list.map`. In a sentence they make no file.
WORDS = _words(
    "log lock map mod sum work text in for env properties conf ui el ex m s t frag shader plist just"
)
WORDY_NAMES = _words("go.mod go.sum go.work Cargo.lock poetry.lock yarn.lock MANIFEST.in requirements.in")
DOT_NAMES = _words(
    ".gitignore .gitattributes .dockerignore .npmignore .env .env.example .editorconfig .babelrc .eslintrc "
    ".prettierrc .flake8 .pylintrc .coveragerc .htaccess .nvmrc .python-version .bashrc .gitkeep"
)
# Names of products that look like files.
PRODUCTS = _words(
    "node.js next.js nuxt.js vue.js react.js angular.js express.js three.js d3.js p5.js chart.js socket.io "
    "discord.py asp.net vb.net web.py backbone.js ember.js nest.js phaser.js pixi.js matter.js "
    "tensorflow.js jquery.js alpine.js moment.js lodash.js"
)

_COMMANDS = _words(
    "pip pip3 pipx python python3 py npm npx yarn pnpm bun deno node git cd mkdir ls touch rm cp mv cat "
    "source export set docker docker-compose podman make cargo rustc go java javac gcc g++ clang uv uvx "
    "poetry conda mamba brew apt apt-get sudo dnf yum pacman choco winget curl wget pytest uvicorn gunicorn "
    "flask streamlit django-admin chmod bash sh zsh cmake dotnet mvn gradle ruby gem bundle php composer "
    "flutter dart kotlinc kotlin swift virtualenv pipenv tar unzip echo deactivate activate ollama kubectl "
    "psql sqlite3 mysql redis-server pyinstaller mypy ruff black flake8 coverage tox nox rails lua perl "
    "Rscript julia ghc stack tsc ts-node vite pre-commit dir copy del type start cls clear open xdg-open"
)
_PROMPT = r"(?:(?:\([\w.-]+\)\s*)?(?:\$|PS[^>]*>|[A-Z]:\\[^>]*>|%|>)\s+)?"
_COMMAND_LINE = re.compile(
    rf"\s*{_PROMPT}(?:\w+=\S*\s+)*"
    rf"(?:(?:{'|'.join(map(re.escape, sorted(_COMMANDS)))})(?:\.exe)?"
    r"(?:\s+(?![-+*/|&]?=|\(|:|\.\s|in\b|is\b)\S.*)?|"
    r"\.{1,2}[/\\][\w./\\-]+(?:\s.*)?|\.\s+\S+|[\w.-]+[/\\](?:Scripts|bin)[/\\]\w+.*)\s*"
)
_PROMPTED = re.compile(r"^\s*(?:\$|PS>|PS [A-Z]:[^>]*>|[A-Z]:\\[^>\n]*>)\s+\S", re.MULTILINE)
_SESSION = re.compile(r"\A\s*(?:>>>|In \[\d+\]:)\s", re.MULTILINE)
_TREE = re.compile(r"[├└]\s?[─-]|^\s*[|`]--\s", re.MULTILINE)
_CODE = re.compile(
    r"^\s*(?:import |from \S+ import|def |class |async |function |const |let |var |return\b|#include|"
    r"public |private |package |using |fn |func |use |struct |enum |interface |type \w+ =|if\s*\(|"
    r"for\s*\(|while\s*\(|if .+:$|for .+:$|<[!?/a-zA-Z]|@\w+|\[[\w.\"' -]+\]$|SELECT |CREATE |INSERT )"
    r"|[;{]\s*$|^\s*[\w.\[\]\"']+\s*[-+*/]?=\s*\S|^\s*[\w.]+\(.*\)\s*$|^\s*[\"']?[\w-]+[\"']?:\s*[\[{\"']",
    re.MULTILINE,
)


def extension_of(path: str) -> str:
    """Return a path's ending in lower case without the dot; empty when it has none."""
    name = path.replace("\\", "/").rpartition("/")[2]
    return name.rpartition(".")[2].lower() if "." in name[1:] else ""


def is_language(word: str) -> bool:
    """Whether `word` is how a language is called after a fence."""
    return word.lower() in _LANGUAGES or word.lower() in SHELLS or word.lower() in PLAIN


def is_shell_script(path: str) -> bool:
    """Whether a path is one of a shell script."""
    return extension_of(path) in SHELL_EXTENSIONS


def is_textual(path: str) -> bool:
    """Whether a path is one of a text that is not a program."""
    return extension_of(path) in _TEXTUAL or extension_of(path) == ""


def may_hold(language: str, path: str) -> bool:
    """Whether a block in `language` can be the file `path`; unknown languages and endings may be anything."""
    own = {ending for names, endings in _GROUPS if language in names.split() for ending in endings.split()}
    extension = extension_of(path)
    if not own or not extension or extension not in EXTENSIONS or language in PLAIN:
        return True
    return extension in own


def is_commands(language: str, content: str) -> bool:
    """Whether a block consists of shell commands and nothing else."""
    if language not in _MAY_BE_SHELL:
        return False
    lines = [line.strip() for line in re.sub(r"\\\r?\n", " ", content).splitlines()]
    lines = [line for line in lines if line and not line.startswith(("#", "REM "))]
    return bool(lines) and all(_COMMAND_LINE.fullmatch(line) for line in lines)


def is_session(content: str) -> bool:
    """Whether a block shows a session at a prompt, the answers included."""
    return bool(_SESSION.search(content) or _PROMPTED.match(content.lstrip("\r\n")))


def is_tree(content: str) -> bool:
    """Whether a block shows a tree of folders."""
    return bool(_TREE.search(content))


def looks_like_code(content: str) -> bool:
    """Whether a block without a language reads like a program or data rather than like a text."""
    return bool(_CODE.search(content)) and not is_tree(content)
