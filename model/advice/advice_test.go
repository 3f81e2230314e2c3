package advice

import (
	"strings"
	"testing"

	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/build"
)

type tree map[string]string

func (t tree) Has(p string) bool {
	for name := range t {
		if name == p || strings.HasPrefix(name, p+"/") {
			return true
		}
	}
	return false
}

func (t tree) Read(p string) ([]byte, bool) {
	text, ok := t[p]
	return []byte(text), ok
}

// stage makes the graph of one stage from its instructions.
func stage(lines ...string) *model.Graph {
	g := &model.Graph{Lines: lines, Stages: []model.Stage{{Line: 1, EndLine: len(lines)}}}
	for i, l := range lines {
		command, _, _ := strings.Cut(l, " ")
		s := model.Step{Index: i, Command: command, Text: l, Line: i + 1, EndLine: i + 1}
		if strings.Contains(l, "--mount=type=bind") {
			s.Mounts = []model.Mount{{Type: "bind"}}
		}
		g.Stages[0].Steps = append(g.Stages[0].Steps, s)
	}
	return g
}

func TestOrder(t *testing.T) {
	node := tree{"package.json": `{"scripts":{"build":"x"},"dependencies":{"a":"^1"}}`, "package-lock.json": "{}", "src/a.ts": ""}
	with := func(base tree, name, text string) tree {
		out := tree{name: text}
		for k, v := range base {
			if k != name {
				out[k] = v
			}
		}
		return out
	}
	for _, c := range []struct {
		name    string
		lines   string // separated by ;;, the copy is the first COPY or ADD
		changed string
		files   tree
		want    string // "" for none
	}{
		{
			"the classic", "FROM node;;WORKDIR /app;;COPY . .;;RUN npm ci;;RUN npm run build", "src/a.ts", node,
			"move COPY . . (line 3) below RUN npm ci (line 4), which needs only package.json and package-lock.json, copied before",
		},
		{"to the directory by its name", "FROM node;;WORKDIR /app;;COPY ./ /app/;;ENV A=b;;RUN npm ci", "src/a.ts", node, "move COPY"},
		{"a manifest changed", "FROM node;;WORKDIR /app;;COPY . .;;RUN npm ci", "package.json", node, ""},
		{"the lock file and a source changed", "FROM node;;WORKDIR /app;;COPY . .;;RUN npm ci", "src/a.ts package-lock.json", node, ""},
		{"a build in the same command", "FROM node;;WORKDIR /app;;COPY . .;;RUN npm ci && npm run build", "src/a.ts", node, ""},
		{"a build before it", "FROM node;;WORKDIR /app;;COPY . .;;RUN ./configure;;RUN npm ci", "src/a.ts", node, ""},
		{"install scripts", "FROM node;;WORKDIR /app;;COPY . .;;RUN npm ci", "src/a.ts", with(node, "package.json", `{"scripts":{"postinstall":"node src/a.ts"}}`), ""},
		{"install scripts that are left out", "FROM node;;WORKDIR /app;;COPY . .;;RUN npm ci --ignore-scripts", "src/a.ts", with(node, "package.json", `{"scripts":{"postinstall":"node src/a.ts"}}`), "move COPY"},
		{"workspaces", "FROM node;;WORKDIR /app;;COPY . .;;RUN npm ci", "src/a.ts", with(node, "package.json", `{"workspaces":["src"]}`), ""},
		{"a local package", "FROM node;;WORKDIR /app;;COPY . .;;RUN npm ci", "src/a.ts", with(node, "package.json", `{"dependencies":{"a":"file:src"}}`), ""},
		{"its modules are copied too", "FROM node;;WORKDIR /app;;COPY . .;;RUN npm ci", "src/a.ts", with(node, "node_modules/a/x.js", ""), ""},
		{"no manifest", "FROM node;;WORKDIR /app;;COPY . .;;RUN npm ci", "src/a.ts", tree{"src/a.ts": ""}, ""},
		{"elsewhere", "FROM node;;WORKDIR /app;;COPY . /src;;RUN npm ci", "src/a.ts", node, ""},
		{"a narrow copy", "FROM node;;WORKDIR /app;;COPY src package.json ./;;RUN npm ci", "src/a.ts", node, ""},
		{"another WORKDIR between", "FROM node;;WORKDIR /app;;COPY . .;;WORKDIR /app/web;;RUN npm ci", "src/a.ts", node, ""},
		{"from a stage", "FROM node;;WORKDIR /app;;COPY --from=x . .;;RUN npm ci", "src/a.ts", node, ""},
		{
			"a subdirectory", "FROM node;;WORKDIR /app;;COPY web .;;RUN npm ci", "web/a.ts",
			tree{"web/package.json": "{}", "web/a.ts": ""},
			"which needs only web/package.json, copied before",
		},
		{
			"packages of the system", "FROM debian;;COPY . .;;RUN apt-get update && apt-get install -y curl && rm -rf /var/lib/apt/lists/*", "a",
			tree{"a": ""},
			"which needs no file of it",
		},
		{"onto the root", "FROM debian;;COPY . .;;RUN apt-get update", "a", tree{"a": "", "etc/apt/sources.list": ""}, ""},
		{"a package that is a file", "FROM debian;;WORKDIR /w;;COPY . .;;RUN apt-get install -y ./a.deb", "a.deb", tree{"a.deb": ""}, ""},
		{"a script of the shell", "FROM debian;;WORKDIR /w;;COPY . .;;RUN apt-get install -y $(cat packages)", "a", tree{"a": "", "packages": ""}, ""},
		{
			"requirements", "FROM python;;WORKDIR /w;;COPY . .;;RUN pip install --no-cache-dir -r requirements.txt", "a.py",
			tree{"a.py": "", "requirements.txt": "flask==3\n"},
			"only requirements.txt",
		},
		{"requirements that name more", "FROM python;;WORKDIR /w;;COPY . .;;RUN pip install -r requirements.txt", "a.py", tree{"a.py": "", "requirements.txt": "-e .\n"}, ""},
		{"the project itself", "FROM python;;WORKDIR /w;;COPY . .;;RUN pip install -r requirements.txt .", "a.py", tree{"a.py": "", "requirements.txt": ""}, ""},
		{
			"modules", "FROM golang;;WORKDIR /w;;COPY . .;;RUN --mount=type=cache,target=/go go mod download;;RUN go build", "a.go",
			tree{"a.go": "", "go.mod": "module x\n", "go.sum": ""},
			"only go.mod and go.sum",
		},
		{"a module next door", "FROM golang;;WORKDIR /w;;COPY . .;;RUN go mod download", "b/b.go", tree{"b/b.go": "", "go.mod": "replace b => ./b\n"}, ""},
		{"what is mounted", "FROM golang;;WORKDIR /w;;COPY . .;;RUN --mount=type=bind,target=/x go mod download", "a.go", tree{"a.go": "", "go.mod": "module x\n"}, ""},
		{
			"two of them", "FROM node;;WORKDIR /app;;COPY . .;;RUN apt-get install -y git;;RUN npm ci", "src/a.ts", node,
			"below RUN npm ci (line 5): the 2 steps up to there need only package.json and package-lock.json, copied before",
		},
		{"an exec form", `FROM node;;WORKDIR /app;;COPY . .;;RUN ["npm", "ci"]`, "src/a.ts", node, ""},
		{"composer reads sources", "FROM php;;WORKDIR /w;;COPY . .;;RUN composer install", "a.php", tree{"a.php": "", "composer.json": "{}"}, ""},
		{"composer alone", "FROM php;;WORKDIR /w;;COPY . .;;RUN composer install --no-scripts --no-autoloader", "a.php", tree{"a.php": "", "composer.json": "{}"}, "only composer.json"},
		{"uv alone", "FROM python;;WORKDIR /w;;COPY . .;;RUN uv sync --frozen --no-install-project", "a.py", tree{"a.py": "", "pyproject.toml": "", "uv.lock": ""}, "only pyproject.toml and uv.lock"},
		{"bundler", "FROM ruby;;WORKDIR /w;;COPY . .;;RUN bundle install --jobs=4", "a.rb", tree{"a.rb": "", "Gemfile": "gem 'rack'\n"}, "only Gemfile"},
		{"a gem next door", "FROM ruby;;WORKDIR /w;;COPY . .;;RUN bundle install", "a.rb", tree{"a.rb": "", "Gemfile": "gem 'x', path: 'x'\n"}, ""},
		{"maven", "FROM maven;;WORKDIR /w;;COPY . .;;RUN mvn -B dependency:go-offline", "A.java", tree{"A.java": "", "pom.xml": "<project/>"}, "only pom.xml"},
	} {
		t.Run(c.name, func(t *testing.T) {
			g := stage(strings.Split(c.lines, ";;")...)
			at := 0
			for g.Stages[0].Steps[at].Command != "COPY" {
				at++
			}
			a := Order(g, build.StepRef{Step: at}, strings.Fields(c.changed), c.files)
			switch {
			case a == nil && c.want != "":
				t.Errorf("no advice, want %q", c.want)
			case a != nil && c.want == "":
				t.Errorf("want none, got %q", a.Text)
			case a != nil && !strings.Contains(a.Text, c.want):
				t.Errorf("got  %q\nwant %q", a.Text, c.want)
			}
		})
	}
}
