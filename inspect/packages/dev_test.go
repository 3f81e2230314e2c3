package packages_test

import (
	"strings"
	"testing"
	"testing/fstest"
)

// module is a package of npm at a path below /app, with what it needs.
func module(at string, needs ...string) file {
	name := at[strings.LastIndex(at, "node_modules/")+len("node_modules/"):]
	deps := ""
	if len(needs) > 0 {
		deps = `,"dependencies":{"` + strings.Join(needs, `":"*","`) + `":"*"}`
	}
	return text("/app/"+at+"/package.json", `{"name":"`+name+`","version":"1"`+deps+`}`)
}

func wheel(name string, needs ...string) file {
	meta := "Name: " + name + "\nVersion: 1\n"
	for _, n := range needs {
		meta += "Requires-Dist: " + n + "\n"
	}
	return text("/usr/local/lib/python3.12/site-packages/"+name+"-1.dist-info/METADATA", meta+"\n")
}

func rubygem(name string, needs ...string) file {
	spec := "# stub: " + name + " 1 ruby lib\n"
	for _, n := range needs {
		spec += "  s.add_runtime_dependency(%q<" + n + ">.freeze, [\">= 0\"])\n"
	}
	return text("/usr/local/bundle/specifications/"+name+"-1.gemspec", spec)
}

// Which packages serve development only, and who says so.
func TestDevelopment(t *testing.T) {
	tests := map[string]struct {
		context fstest.MapFS
		files   []file
		dev     string // NAME=WHO, sorted; "tool" where no manifest says so
	}{
		"npm, the manifest": {
			files: []file{
				text("/app/package.json", `{"dependencies":{"express":"4"},"devDependencies":{"jest":"29","shared":"1"}}`),
				module("node_modules/express", "shared", "mime"), module("node_modules/mime"), module("node_modules/shared", "deep"), module("node_modules/deep"),
				module("node_modules/jest", "mime", "jest-cli", "deep"), module("node_modules/jest-cli"), module("node_modules/jest/node_modules/mime"),
			},
			dev: "jest=/app/package.json jest-cli=/app/package.json mime=/app/package.json",
		},
		"npm, nested before near": {
			files: []file{
				text("/app/package.json", `{"dependencies":{"a":"4"},"devDependencies":{"b":"29"}}`),
				module("node_modules/a", "c"), module("node_modules/a/node_modules/c"), module("node_modules/b", "c"), module("node_modules/c"),
			},
			dev: "b=/app/package.json c=/app/package.json",
		},
		"npm, asked for in both ways":     {files: []file{text("/app/package.json", `{"dependencies":{"typescript":"5"},"devDependencies":{"typescript":"5"}}`), module("node_modules/typescript")}},
		"npm, a peer of what is needed":   {files: []file{text("/app/package.json", `{"dependencies":{"a":"1"},"devDependencies":{"b":"1"}}`), text("/app/node_modules/a/package.json", `{"name":"a","version":"1","peerDependencies":{"b":"*"}}`), module("node_modules/b")}},
		"npm, the lock in node_modules":   {files: []file{text("/app/node_modules/.package-lock.json", `{"lockfileVersion":3,"packages":{"node_modules/jest":{"version":"1","dev":true},"node_modules/mocha":{"version":"1"}}}`), module("node_modules/jest"), module("node_modules/mocha")}, dev: "jest=/app/node_modules/.package-lock.json"},
		"npm, a lock of version 1":        {files: []file{text("/app/package-lock.json", `{"dependencies":{"a":{"dev":true,"dependencies":{"b":{"dev":true}}}}}`), module("node_modules/a"), module("node_modules/a/node_modules/b"), module("node_modules/b")}, dev: "a=/app/package-lock.json b=/app/package-lock.json"},
		"npm, another project's manifest": {files: []file{text("/srv/package.json", `{"devDependencies":{"b":"1"}}`), module("node_modules/b")}},
		"npm, needed further down": {
			files: []file{
				text("/app/package.json", `{"devDependencies":{"a":"1","b":"1","c":"1"}}`), text("/app/web/package.json", `{"dependencies":{"a":"1"},"devDependencies":{"c":"1"}}`),
				module("node_modules/a"), module("node_modules/b"), module("node_modules/c"), module("web/node_modules/d", "b"),
			},
			dev: "c=/app/package.json",
		},
		"npm, a cache":                 {files: []file{module(".cache/yarn/v6/npm-jest-29/node_modules/jest")}},
		"npm, workspaces":              {files: []file{text("/app/package.json", `{"workspaces":["packages/*"],"devDependencies":{"a":"1","jest":"1"}}`), module("node_modules/a"), module("node_modules/jest")}},
		"npm, no manifest":             {files: []file{module("node_modules/jest", "jest-cli", "ansi"), module("node_modules/jest-cli"), module("node_modules/ansi"), module("node_modules/express")}, dev: "ansi=tool jest=tool jest-cli=tool"},
		"npm, no manifest, but needed": {files: []file{module("node_modules/@types/node"), module("node_modules/express", "@types/node")}},
		"npm's own":                    {files: []file{module("node_modules/npm", "node-gyp"), module("node_modules/npm/node_modules/node-gyp")}},
		"npm, a manifest without":      {files: []file{text("/app/package.json", `{"dependencies":{"jest":"1"}}`), module("node_modules/jest"), module("node_modules/eslint")}, dev: "eslint=tool"},
		"pnpm": {
			files: []file{
				text("/app/package.json", `{"dependencies":{"a":"1"},"devDependencies":{"b":"1"}}`),
				module("node_modules/.pnpm/a@1/node_modules/a", "c"), module("node_modules/.pnpm/b@1/node_modules/b", "c", "d"), module("node_modules/.pnpm/c@1/node_modules/c"), module("node_modules/.pnpm/d@1/node_modules/d"),
			},
			dev: "b=/app/package.json d=/app/package.json",
		},
		"npm, the context": {
			context: fstest.MapFS{"package.json": {Data: []byte(`{"dependencies":{"a":"1"},"devDependencies":{"b":"1"}}`)}},
			files:   []file{module("node_modules/a"), module("node_modules/b", "c"), module("node_modules/c")},
			dev:     "b=context:package.json c=context:package.json",
		},
		"npm, the context is of something else": {
			context: fstest.MapFS{"package.json": {Data: []byte(`{"dependencies":{"x":"1"},"devDependencies":{"b":"1"}}`)}},
			files:   []file{module("node_modules/a"), module("node_modules/b")},
		},
		"npm, the context has two": {
			context: fstest.MapFS{"x/package.json": {Data: []byte(`{"devDependencies":{"b":"1"}}`)}, "y/package.json": {Data: []byte(`{"devDependencies":{"a":"1"}}`)}},
			files:   []file{module("node_modules/a"), module("node_modules/b")},
		},
		"pyproject": {
			files: []file{
				text("/app/pyproject.toml", "[project]\nname = \"x\"\ndependencies = [\"Flask>=3\", \"packaging\"]\n[project.optional-dependencies]\nredis = [\"redis\"]\n[dependency-groups]\ndev = [\"pytest~=8\", {include-group = \"x\"}]\n"),
				wheel("flask"), wheel("redis"), wheel("packaging"), wheel("pytest", "iniconfig", "packaging (>=1)", "xmlschema ; extra == 'testing'"), wheel("iniconfig"), wheel("xmlschema"),
			},
			dev: "iniconfig=/app/pyproject.toml pytest=/app/pyproject.toml",
		},
		"Poetry":           {files: []file{text("/app/pyproject.toml", "[tool.poetry.dependencies]\npython = \"^3\"\nflask = \"*\"\n[tool.poetry.group.test.dependencies]\npytest = \"*\"\n[tool.poetry.group.web.dependencies]\nblack = \"*\"\n"), wheel("flask"), wheel("pytest"), wheel("black")}, dev: "pytest=/app/pyproject.toml"},
		"Pipfile":          {files: []file{text("/app/Pipfile", "[packages]\nflask = \"*\"\n[dev-packages]\nPyTest = \"*\"\n"), wheel("flask"), wheel("pytest")}, dev: "pytest=/app/Pipfile"},
		"requirements":     {files: []file{text("/app/requirements.txt", "flask==3 # web\n-r x.txt\n"), text("/app/requirements-dev.txt", "-r requirements.txt\npytest\nflask\n"), wheel("flask"), wheel("pytest")}, dev: "pytest=/app/requirements-dev.txt"},
		"Python, to run":   {files: []file{text("/app/requirements.txt", "pytest==8\n"), wheel("pytest", "pluggy"), wheel("pluggy")}},
		"Python, none":     {files: []file{wheel("flask"), wheel("mypy", "typing-extensions"), wheel("pydantic", "typing_extensions"), wheel("typing_extensions")}, dev: "mypy=tool"},
		"Python, unlisted": {files: []file{text("/app/requirements-dev.txt", "pytest\n"), wheel("gunicorn", "packaging"), wheel("pytest", "packaging"), wheel("packaging")}, dev: "pytest=/app/requirements-dev.txt"},
		"Gemfile": {
			files: []file{
				text("/app/Gemfile", "source 'https://rubygems.org'\ngem 'rails', '~> 7'\ngroup :development, :test do\n  platforms :mri do\n    gem \"rspec\" # tests\n  end\nend\ngem 'puma', group: :production\ngem \"rubocop\", require: false, group: [:development]\ngroup :test, :production do\n  gem 'x'\nend\n"),
				rubygem("rails"), rubygem("puma"), rubygem("x"), rubygem("rspec", "diff-lcs"), rubygem("diff-lcs"), rubygem("rubocop"),
			},
			dev: "diff-lcs=/app/Gemfile rspec=/app/Gemfile rubocop=/app/Gemfile",
		},
		"composer 1": {
			files: []file{text("/app/composer.json", `{"require":{"php":"8","a/b":"1"},"require-dev":{"phpunit/phpunit":"9"}}`), text("/app/vendor/composer/installed.json", `[{"name":"a/b","version":"1"},{"name":"phpunit/phpunit","version":"9","require":{"c/d":"1"}},{"name":"c/d","version":"1"}]`)},
			dev:   "c/d=/app/composer.json phpunit/phpunit=/app/composer.json",
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			layers := [][]file{tt.files}
			im := open(t, layers...)
			if tt.context != nil {
				im = openIn(t, tt.context, layers...)
			}
			var got []string
			for _, p := range im.Packages {
				switch {
				case p.Dev != "":
					got = append(got, p.Name+"="+p.Dev)
				case p.DevTool:
					got = append(got, p.Name+"=tool")
				}
			}
			if s := strings.Join(got, " "); s != tt.dev {
				t.Errorf("for development: %s\nwant: %s", s, tt.dev)
			}
		})
	}
}
