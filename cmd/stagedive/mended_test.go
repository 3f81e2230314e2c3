package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/moby/buildkit/frontend/dockerfile/parser"

	"github.com/stagedive/stagedive/model/finding"
)

// mendable are projects in the shape that each language gives them. Interpreters are
// stand-ins that read what the real ones would; compiled programs are real. The stage
// "final" is what ships, its command's words follow.
func mendable() map[string]mendCase {
	interpreter := func(name, body string) string {
		return "FROM shell AS runtime\nCOPY --chmod=755 <<EOT /usr/local/bin/" + name + "\n#!/bin/sh\nset -e\n" + body + "\nEOT\n"
	}
	const node = "cat package.json; . \"\\$PWD/\\$1\""
	return map[string]mendCase{
		"node": {
			dockerfile: interpreter("node", node) + `FROM shell AS build
WORKDIR /src
COPY . .
RUN mkdir -p dist node_modules/dep && echo "echo served" > dist/server.js && cp src/server.ts node_modules/dep/index.js
FROM runtime AS final
WORKDIR /app
COPY --from=build --chown=7:7 /src .
CMD ["node", "dist/server.js"]
`,
			command: []string{"node", "dist/server.js"}, says: "served", rules: "SD-S002 SD-S004 SD-S006 SD-S007",
			files: map[string]string{
				"package.json": `{"name":"x"}`, "src/server.ts": "export {}", "src/server.test.ts": "it()", ".vscode/settings.json": "{}", ".github/workflows/ci.yml": "on: push\njobs:\n",
			},
		},
		"npm start": {
			dockerfile: interpreter("node", node) + "COPY --chmod=755 <<EOT /usr/local/bin/npm\n#!/bin/sh\nexec node build/main.mjs\nEOT\n" + `FROM shell AS build
COPY . /work
RUN mkdir /work/build && echo "echo served" > /work/build/main.mjs
FROM runtime AS final
WORKDIR /app
COPY --from=build /work /app/
CMD npm start
`,
			command: []string{"npm", "start"}, says: "served", rules: "SD-S002",
			files: map[string]string{"package.json": `{"scripts":{"start":"node build/main"}}`, "web/App.vue": "<template/>", "web/main.ts": "export {}"},
		},
		"Rust": {
			dockerfile: `FROM shell AS build
WORKDIR /usr/src/shop
COPY . .
RUN mkdir -p target/release/deps && cp hello target/release/shop && printf '!<arch>\nx' > target/release/deps/libserde.rlib && rm hello
FROM shell AS final
COPY --from=build /usr/src/shop /usr/src/shop
ENTRYPOINT ["/usr/src/shop/target/release/shop"]
`,
			command: []string{"/usr/src/shop/target/release/shop"}, says: "hello from a program", rules: "SD-S001 SD-S008", program: "hello",
			files: map[string]string{"Cargo.toml": "[package]\nname = \"shop\"\n", "src/main.rs": "fn main() {}"},
		},
		"Go from scratch": {
			dockerfile: `FROM shell AS build
COPY . /go/src/shop
FROM scratch AS final
COPY --from=build /go/src/shop /shop
CMD ["/shop/bin/shop"]
`,
			command: []string{"/shop/bin/shop"}, says: "hello from a program", rules: "SD-S001 SD-S004", program: "bin/shop",
			files: map[string]string{"go.mod": "module shop", "main.go": "package main", "main_test.go": "package main"},
		},
		"Java": {
			dockerfile: interpreter("java", `cat "\$2"; ls \$(dirname \$2)/lib`) + `FROM shell AS build
WORKDIR /home/app
COPY . .
RUN mkdir -p target/lib target/classes && echo served > target/shop.jar && echo x > target/lib/dep.jar
FROM runtime AS final
WORKDIR /home/app
COPY --from=build /home/app ./
ENTRYPOINT ["java", "-jar", "target/shop.jar"]
`,
			command: []string{"java", "-jar", "target/shop.jar"}, says: "dep.jar", rules: "SD-S001 SD-S004",
			files: map[string]string{"pom.xml": "<project/>", "src/main/java/Main.java": "class Main {}", "src/test/java/MainTest.java": "import org.junit.Test;"},
		},
		".NET": {
			dockerfile: interpreter("dotnet", `cat "\$1" "\$(dirname \$1)/appsettings.json"`) + `FROM shell AS build
WORKDIR /src
COPY . .
RUN mkdir -p publish obj && echo served > publish/Shop.dll && echo '{"a":1}' > publish/appsettings.json && echo '{}' > obj/project.assets.json
FROM runtime AS final
WORKDIR /app
COPY --from=build /src /app
ENTRYPOINT ["dotnet", "publish/Shop.dll"]
`,
			command: []string{"dotnet", "publish/Shop.dll"}, says: "served", rules: "SD-S001 SD-S008",
			files: map[string]string{"Shop.csproj": "<Project/>", "Program.cs": "class Program {}"},
		},
		"paths with blanks": {
			dockerfile: `FROM shell AS build
COPY [".", "/my work/"]
FROM shell AS final
COPY --from=build ["/my work", "/my app"]
ENTRYPOINT ["/my app/bin/shop"]
`,
			command: []string{"/my app/bin/shop"}, says: "hello from a program", rules: "SD-S001", program: "bin/shop",
			files: map[string]string{"CMakeLists.txt": "project(x)", "a.c": "int x;"},
		},
		"one source too many": {
			dockerfile: interpreter("node", `. "\$PWD/\$1"`) + `FROM shell AS build
COPY . /work
RUN mkdir /work/dist && echo "echo served" > /work/dist/server.js
FROM runtime AS final
WORKDIR /app
COPY --from=build /work/src /work/dist/server.js ./
CMD ["node", "server.js"]
`,
			command: []string{"node", "server.js"}, says: "served", rules: "SD-S002",
			files: map[string]string{"src/a.ts": "export {}", "src/b.ts": "export {}"},
		},
	}
}

type mendCase struct {
	dockerfile string
	files      map[string]string
	program    string   // where a real, static program is put
	command    []string // what the image runs
	says       string   // and what that says
	rules      string   // what is found, but for others
}

// TestMended: with the text that a finding gives put in place of the lines that it names,
// the image still builds and runs, and has none of the findings that the text is for.
func TestMended(t *testing.T) {
	needEngine(t)
	h := newHouse(t)
	hello := filepath.Join(h.dir, "hello")
	compileHello(t, hello)
	for _, name := range slices.Sorted(maps.Keys(mendable())) {
		c := mendable()[name]
		t.Run(name, func(t *testing.T) {
			dir := h.project(t, strings.ReplaceAll(name, " ", "-"), c.dockerfile)
			for at, text := range c.files {
				put(t, filepath.Join(dir, at), []byte(text), 0o644)
			}
			if c.program != "" {
				data, err := os.ReadFile(hello)
				if err != nil {
					t.Fatal(err)
				}
				put(t, filepath.Join(dir, c.program), data, 0o755)
			}
			put(t, filepath.Join(dir, ".dockerignore"), []byte("Dockerfile\n"), 0o644)
			before := h.found(t, dir)
			text := c.dockerfile
			for _, rule := range strings.Fields(c.rules) {
				i := slices.IndexFunc(before, func(f finding.Finding) bool { return f.Rule == rule && f.Instead != "" })
				if i < 0 {
					t.Fatalf("no finding of %s with a text to put there:\n%s", rule, describeFound(before))
				}
				f := before[i]
				parses(t, f.Instead)
				lines := strings.Split(c.dockerfile, "\n")
				mended := strings.Join(slices.Concat(lines[:f.Line-1], []string{f.Instead}, lines[f.EndLine:]), "\n")
				if text != c.dockerfile && text != mended {
					t.Errorf("%s gives another text:\n%s", rule, f.Instead)
				}
				text = mended
			}
			command, err := json.Marshal(c.command)
			if err != nil {
				t.Fatal(err)
			}
			put(t, filepath.Join(dir, "Dockerfile"), fmt.Appendf(nil, "%s\nFROM final AS proof\nRUN %s\n", strings.TrimRight(text, "\n"), command), 0o644)
			for _, f := range h.found(t, dir) {
				if strings.Contains(c.rules, f.Rule) {
					t.Errorf("still found: %s", describeFound([]finding.Finding{f}))
				}
			}
			said := h.says(t, "build", "--progress", "plain", "--no-cache", "--target", "proof", "--build-context", "shell="+shellContext(t), dir)
			if !strings.Contains(said, c.says) {
				t.Errorf("the command does not say %q:\n%s", c.says, said)
			}
		})
	}
}

// found are the findings of a project's image.
func (h *house) found(t *testing.T, dir string) []finding.Finding {
	t.Helper()
	out := h.says(t, "check", "--quiet", "--format", "json", "--fail-on", "critical", "--target", "final", "--build-context", "shell="+shellContext(t), dir)
	var doc struct{ Findings []finding.Finding }
	if err := json.Unmarshal([]byte(out), &doc); err != nil {
		t.Fatalf("%v:\n%s", err, out)
	}
	return doc.Findings
}

// says runs the program, which must succeed, and gives what it writes.
func (h *house) says(t *testing.T, args ...string) string {
	t.Helper()
	cmd := exec.Command(program, args...)
	cmd.Env, cmd.Dir = h.env, h.dir
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s: %v\n%s%s", strings.Join(args, " "), err, out, stderr.String())
	}
	return string(out)
}

// parses fails unless BuildKit reads every line as an instruction.
func parses(t *testing.T, text string) {
	t.Helper()
	res, err := parser.Parse(strings.NewReader("FROM scratch\n" + text + "\n"))
	if err == nil {
		for _, n := range res.AST.Children {
			if _, err = instructions.ParseInstruction(n); err != nil {
				break
			}
		}
	}
	if err != nil {
		t.Errorf("BuildKit refuses it: %v\n%s", err, text)
	}
}

func put(t *testing.T, file string, data []byte, mode os.FileMode) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, data, mode); err != nil {
		t.Fatal(err)
	}
}

// compileHello makes a static program.
func compileHello(t *testing.T, to string) {
	t.Helper()
	src := filepath.Join(t.TempDir(), "main.go")
	put(t, src, []byte("package main\n\nfunc main() { println(\"hello from a program\") }\n"), 0o644)
	cmd := exec.Command("go", "build", "-trimpath", "-ldflags=-s -w", "-o", to, src)
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOFLAGS=")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("compiling a program: %v\n%s", err, out)
	}
}

func describeFound(found []finding.Finding) string {
	var b strings.Builder
	for _, f := range found {
		fmt.Fprintf(&b, "%s %s %s\n   %s\n   %s\n   instead of lines %d to %d:\n%s\n", f.Severity, f.Rule, f.Path, strings.Join(f.Evidence, "\n   "), f.Fix, f.Line, f.EndLine, f.Instead)
	}
	return b.String()
}
