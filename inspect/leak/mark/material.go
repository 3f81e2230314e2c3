package mark

import (
	"bytes"
	"encoding/binary"
	"path"
	"strings"

	"github.com/stagedive/stagedive/inspect/scan"
)

// material notes what a project is made of, kept or left by: sources, maps, tests, what
// builds it, what editors and compilers leave behind. It sees every file: what the name
// does not promise is not looked at.
func (s *sink) material(f *scan.File, dirPath, base string) {
	k, what, weak := materialOf(f, dirPath, base)
	if k != 0 {
		s.mark(Mark{Kind: k, Path: f.Path, Size: f.Size, Name: what, Weak: weak})
	}
}

// materialOf knows a project's files by name, place and head. weak is what makes no
// finding by itself.
func materialOf(f *scan.File, dirPath, base string) (k Kind, what string, weak bool) {
	lang := languageOf(base)
	isMap := strings.HasSuffix(base, ".map")
	switch {
	case lang != "" || isMap:
	case mayBeMaterial(dirPath, base):
	default:
		return 0, "", false
	}
	if !isApplicationDir(dirPath) {
		return 0, "", false
	}
	isText := bytes.IndexByte(f.Head, 0) < 0
	own := !strings.Contains(dirPath, "/vendor/") && !strings.Contains(dirPath, "/bower_components/")
	switch {
	case isMap:
		if head := bytes.TrimSpace(f.Head); isText && bytes.HasPrefix(head, []byte("{")) && bytes.Contains(head, []byte(`"version"`)) {
			return SourceFile, "", false
		}
		return 0, "", false
	case isObject(f.Head, base):
		return ObjectFile, "object file", false
	case lang != "" && (!isText || lang == TypeScript && isOtherTS(f.Head)):
		return 0, "", false
	}
	if own {
		if isText && isTest(f.Head, dirPath, base) {
			return TestFile, lang, false
		}
		if k, what, weak = keptFor(f, dirPath, base, isText); k != 0 {
			return k, what, weak
		}
	}
	if lang != "" {
		return SourceFile, lang, isHeader(base)
	}
	return 0, "", false
}

// mayBeMaterial says by the name alone, without allocating, whether a file that is in no
// compiled language is worth a look.
func mayBeMaterial(dirPath, base string) bool {
	if projectFileOf(base) != "" || repositoryFileOf(dirPath, base) != "" || isIntermediate(dirPath, base) {
		return true
	}
	switch path.Ext(base) {
	case ".o", ".obj", ".swp", ".swo", ".orig", ".rej", ".iml", ".rlib", ".rmeta":
		return true
	case ".js", ".jsx", ".mjs", ".cjs", ".py", ".rb", ".php", ".exs":
		return testName(base) != 0
	}
	switch path.Base(dirPath) {
	case ".vscode", ".idea", ".fleet":
		return true
	}
	switch base {
	case ".DS_Store", "Thumbs.db", ".coverage", "lcov.info", "coverage.xml", "clover.xml", "coverage-final.json", "coverage-summary.json", "coverage.out", "junit.xml":
		return true
	}
	return strings.HasPrefix(base, "TEST-") || strings.Contains(dirPath, "/.idea/") || toolState(dirPath) != ""
}

// isObject says whether a file is what a compiler leaves for a linker (System V gABI,
// chapter 4: ET_REL), or a library of Rust's compiler.
func isObject(head []byte, base string) bool {
	switch path.Ext(base) {
	case ".o", ".obj":
		if !isELF(head) || len(head) < 20 {
			return false
		}
		var order binary.ByteOrder = binary.LittleEndian
		if head[5] == 2 {
			order = binary.BigEndian
		}
		const bpf = 247 // such an object is a program that the kernel loads
		return order.Uint16(head[16:]) == 1 && order.Uint16(head[18:]) != bpf
	case ".rlib":
		return bytes.HasPrefix(head, []byte("!<arch>\n"))
	case ".rmeta":
		return bytes.HasPrefix(head, []byte("rust\x00"))
	}
	return false
}

// isOtherTS says whether a file named .ts is something else than TypeScript: a
// translation of Qt's, which is XML, or a stream of MPEG's packets of 188 bytes, each of
// which begins with a G.
func isOtherTS(head []byte) bool {
	text := bytes.TrimSpace(head)
	return bytes.HasPrefix(text, []byte("<?xml")) || bytes.HasPrefix(text, []byte("<!DOCTYPE")) || bytes.HasPrefix(text, []byte("<TS")) ||
		len(head) > 188 && head[0] == 'G' && head[188] == 'G'
}

func isHeader(base string) bool {
	switch extension(base) {
	case ".h", ".hh", ".hpp", ".hxx":
		return true
	}
	return false
}

// keptFor knows what is kept beside sources, by name and, where the name may be anything,
// by content.
func keptFor(f *scan.File, dirPath, base string, isText bool) (k Kind, what string, weak bool) {
	if what := editorFileOf(f, dirPath, base); what != "" {
		return EditorFile, what, false
	}
	switch {
	case isIntermediate(dirPath, base):
		return ObjectFile, "build state", false
	case base == ".coverage" && bytes.HasPrefix(f.Head, []byte("SQLite format 3\x00")):
		return CoverageFile, "coverage data", false
	case !isText:
		return 0, "", false
	}
	if toolState(dirPath) != "" {
		return CoverageFile, "state of a test tool", false
	}
	if what := coverageOf(f.Head, base); what != "" {
		return CoverageFile, what, false
	}
	if what := repositoryFileOf(dirPath, base); what != "" && holdsWhat(what, f.Head) {
		return RepositoryFile, what, what == weakRepositoryFile
	}
	if what := projectFileOf(base); what != "" {
		return ProjectFile, what, what == lockFile
	}
	return 0, "", false
}

const (
	ciFile             = "CI configuration"
	dockerFile         = "Dockerfile"
	composeFile        = "compose file"
	weakRepositoryFile = "list of ignored files"
	lockFile           = "lock file"
)

// repositoryFileOf is what a file is that serves whoever builds and ships a project.
func repositoryFileOf(dirPath, base string) string {
	switch base {
	case ".gitlab-ci.yml", ".travis.yml", "Jenkinsfile", "azure-pipelines.yml", "bitbucket-pipelines.yml", ".drone.yml", "appveyor.yml",
		".appveyor.yml", "cloudbuild.yaml", ".cirrus.yml", ".woodpecker.yml", "buildspec.yml":
		return ciFile
	case "Dockerfile", "dockerfile", "Containerfile":
		return dockerFile
	case "compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml", "docker-compose.override.yml":
		return composeFile
	case ".dockerignore", ".gitignore", ".gitattributes", ".gitmodules", ".pre-commit-config.yaml":
		return weakRepositoryFile
	}
	if strings.HasPrefix(base, "Dockerfile.") && !strings.HasSuffix(base, ".dockerignore") {
		return dockerFile
	}
	switch ext := path.Ext(base); {
	case ext != ".yml" && ext != ".yaml":
	case strings.HasSuffix(dirPath, "/.github/workflows"), strings.HasSuffix(dirPath, "/.gitea/workflows"), strings.HasSuffix(dirPath, "/.circleci"), strings.HasSuffix(dirPath, "/.buildkite"):
		return ciFile
	}
	return ""
}

// holdsWhat says whether the head of a file speaks for what its name says that it is.
func holdsWhat(what string, head []byte) bool {
	switch what {
	case dockerFile:
		for line := range bytes.Lines(head) {
			line = bytes.ToUpper(bytes.TrimSpace(line))
			if bytes.HasPrefix(line, []byte("FROM ")) || bytes.HasPrefix(line, []byte("# SYNTAX")) || bytes.HasPrefix(line, []byte("ARG ")) {
				return true
			}
		}
		return false
	case composeFile:
		return bytes.Contains(head, []byte("services:")) || bytes.HasPrefix(head, []byte("version:"))
	}
	return true
}

// projectFileOf is what a file is that only building reads.
func projectFileOf(base string) string {
	switch base {
	case "Makefile", "makefile", "GNUmakefile", "CMakeLists.txt", "meson.build", "BUILD.bazel", "WORKSPACE", "WORKSPACE.bazel", "MODULE.bazel",
		"build.gradle", "build.gradle.kts", "settings.gradle", "settings.gradle.kts", "gradlew", "mvnw", "build.sbt", "build.xml", "build.zig", "build.rs",
		"Taskfile.yml", "justfile", "Justfile", "Rakefile", "configure.ac", "Makefile.am", "stack.yaml", "cabal.project":
		return "build script"
	case "pom.xml", "Cargo.toml", "go.mod", "go.work", "Package.swift", "mix.exs":
		return "manifest"
	case "Cargo.lock", "go.sum", "mix.lock":
		return lockFile
	case "tsconfig.json", "gulpfile.js", "Gruntfile.js", "angular.json", "nx.json", "turbo.json", "lerna.json", "tox.ini", "noxfile.py", ".golangci.yml", ".golangci.yaml",
		".eslintrc.json", ".eslintrc.js", ".eslintrc.cjs", ".eslintrc", ".prettierrc", ".babelrc", "babel.config.js", ".swcrc", "pytest.ini", ".flake8", ".rubocop.yml", "phpunit.xml", "phpunit.xml.dist", "phpstan.neon", ".editorconfig":
		return "settings of a build tool"
	}
	name, ext, _ := strings.Cut(base, ".config.")
	switch ext {
	case "js", "ts", "cjs", "mjs":
		switch name {
		case "webpack", "rollup", "vite", "jest", "vitest", "eslint", "postcss", "tailwind", "karma", "playwright", "cypress", "babel", "esbuild", "tsup", "metro", "prettier", "stylelint":
			return "settings of a build tool"
		}
	}
	if strings.HasPrefix(base, "tsconfig.") && ext == "" && strings.HasSuffix(base, ".json") {
		return "settings of a build tool"
	}
	switch path.Ext(base) {
	case ".csproj", ".fsproj", ".sln", ".vcxproj", ".cabal":
		return "manifest"
	}
	return ""
}

// editorFileOf is what an editor, a desktop or a merge left.
func editorFileOf(f *scan.File, dirPath, base string) string {
	parent := path.Base(dirPath)
	head := f.Head
	switch {
	case parent == ".vscode" && (strings.HasSuffix(base, ".json") || strings.HasSuffix(base, ".code-snippets")):
		return "settings of Visual Studio Code"
	case (parent == ".idea" || strings.Contains(dirPath, "/.idea/")) && bytes.Contains(head, []byte("<")), path.Ext(base) == ".iml" && bytes.Contains(head, []byte("<module")):
		return "settings of IntelliJ"
	case parent == ".fleet":
		return "settings of Fleet"
	case (path.Ext(base) == ".swp" || path.Ext(base) == ".swo") && bytes.HasPrefix(head, []byte("b0VIM")):
		return "swap file of Vim's"
	case base == ".DS_Store" && bytes.HasPrefix(head, []byte("\x00\x00\x00\x01Bud1")):
		return "folder settings of macOS"
	case base == "Thumbs.db" && bytes.HasPrefix(head, []byte("\xd0\xcf\x11\xe0")):
		return "thumbnails of Windows"
	case path.Ext(base) == ".rej" && bytes.Contains(head, []byte("@@")):
		return "rejected patch"
	case path.Ext(base) == ".orig" && path.Ext(strings.TrimSuffix(base, ".orig")) != "" && bytes.IndexByte(head, 0) < 0:
		return "copy from before a merge"
	}
	return ""
}

// isIntermediate knows files by which build systems keep track of what they have done.
func isIntermediate(dirPath, base string) bool {
	switch base {
	case "CMakeCache.txt", ".ninja_log", ".ninja_deps":
		return true
	case "project.assets.json":
		return path.Base(dirPath) == "obj"
	case ".cargo-lock":
		return strings.Contains(dirPath, "/target/")
	}
	return strings.HasSuffix(base, ".tsbuildinfo") || strings.Contains(dirPath, "/.fingerprint/") && strings.Contains(dirPath, "/target/")
}

// toolState is the directory that a test tool or a type checker of Python's keeps its state
// in, or "".
func toolState(dirPath string) string {
	for _, name := range [...]string{"/.pytest_cache", "/.mypy_cache", "/.ruff_cache", "/.tox", "/.nox"} {
		if i := strings.Index(dirPath, name); i >= 0 && (len(dirPath) == i+len(name) || dirPath[i+len(name)] == '/') {
			return dirPath[:i+len(name)]
		}
	}
	return ""
}

// coverageOf is a report of a test run.
func coverageOf(head []byte, base string) string {
	switch {
	case base == "lcov.info" && (bytes.HasPrefix(head, []byte("TN:")) || bytes.HasPrefix(head, []byte("SF:"))):
		return "coverage report"
	case base == "coverage.xml" && bytes.Contains(head, []byte("<coverage")), base == "clover.xml" && bytes.Contains(head, []byte("<coverage")):
		return "coverage report"
	case base == "coverage-final.json", base == "coverage-summary.json":
		return "coverage report"
	case base == "coverage.out" && bytes.HasPrefix(head, []byte("mode: ")):
		return "coverage profile"
	case strings.HasPrefix(base, "TEST-") && strings.HasSuffix(base, ".xml") && bytes.Contains(head, []byte("<testsuite")), base == "junit.xml" && bytes.Contains(head, []byte("<testsuite")):
		return "test report"
	}
	return ""
}
