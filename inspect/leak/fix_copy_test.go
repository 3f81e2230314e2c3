package leak_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/finding"
	"github.com/stagedive/stagedive/model/image"
)

// copying is an image of one COPY, and the Dockerfile that made it.
func copying(t *testing.T, text string, c model.Copy, config image.Config, entries ...entry) []finding.Finding {
	t.Helper()
	final := stage(1, "", 13, "FROM debian", text)
	final.Steps[1].Copy = &c
	graph := &model.Graph{Stages: []model.Stage{stage(0, "builder", 1, "FROM node AS builder"), final}}
	im := &image.Image{Config: config, Layers: []image.Layer{{Origin: image.Origin{Stage: 1, Step: 1, Line: 14}}}}
	return find(t, im, graph, entries)
}

// A finding says what a COPY carried, how little of it runs, and what to write there.
func TestCarried(t *testing.T) {
	app := []entry{
		text("/app/package.json", `{"scripts":{"start":"NODE_ENV=production node dist/server.js"}}`), text("/app/src/server.ts", "export {}"),
		blob("/app/dist/server.js", 1_100_000), blob("/app/cache.bin", 210_000_000), blob("/app/node_modules/a/index.js", 900_000), blob("/app/public/logo.svg", 1000),
	}
	whole := model.Copy{From: 0, Sources: []string{"/app"}, Dest: "/app", Into: true}
	node := image.Config{WorkingDir: "/app", Cmd: []string{"node", "dist/server.js"}}
	const nodeLines = "COPY --from=builder /app/dist ./dist\nCOPY --from=builder /app/package.json ./package.json\nCOPY --from=builder /app/node_modules ./node_modules\nCOPY --from=builder /app/public ./public"
	for _, tt := range []struct {
		name, text string
		copy       model.Copy
		config     image.Config
		entries    []entry
		rule       string
		carried    string
		instead    string // what Instead is to be
		fix        string // what Fix is to be, where Instead is ""
	}{
		{
			"a script of node's", "COPY --from=builder /app .", whole, node, app, "SD-S002",
			"COPY --from=builder /app . on line 14 carried all of /app: 212.0 MB, of which dist, package.json, node_modules and public are 2.0 MB", nodeLines, "",
		},
		{"npm start", "COPY --from=builder --chown=1:1 --link /app .", whole, image.Config{WorkingDir: "/app", Cmd: []string{"npm", "start"}}, app, "SD-S002", "", strings.ReplaceAll(nodeLines, "--from=builder", "--from=builder --chown=1:1 --link"), ""},
		{"through wrappers", "COPY --from=builder /app /app/", whole, image.Config{WorkingDir: "/app", Entrypoint: []string{"tini", "--"}, Cmd: []string{"sh", "-c", "exec node dist/server"}}, app, "SD-S002", "", strings.ReplaceAll(nodeLines, " ./", " /app/"), ""},
		{
			"a program", "COPY --from=builder /work /app",
			model.Copy{From: 0, Sources: []string{"/work"}, Dest: "/app"},
			image.Config{Entrypoint: []string{"/app/target/release/shop"}},
			[]entry{text("/app/Cargo.toml", ""), text("/app/src/main.rs", "fn main() {}"), blob("/app/target/release/shop", 3_000_000), blob("/app/target/release/deps/x.rlib", 40_000_000)},
			"SD-S001",
			"COPY --from=builder /work /app on line 14 carried all of /work: 43.0 MB, of which target/release/shop is 3.0 MB", "COPY --from=builder /work/target/release/shop /app/target/release/shop", "",
		},
		{
			"a jar", "COPY --from=builder /work /app",
			model.Copy{From: 0, Sources: []string{"/work"}, Dest: "/app"},
			image.Config{WorkingDir: "/app", Entrypoint: []string{"java", "-Xmx1g", "-jar", "target/shop.jar"}},
			[]entry{text("/app/pom.xml", ""), text("/app/src/Main.java", "class Main {}"), blob("/app/target/shop.jar", 3_000_000)},
			"SD-S001",
			"of which target/shop.jar is 3.0 MB", "COPY --from=builder /work/target/shop.jar /app/target/shop.jar", "",
		},
		{
			"an odd path", "COPY --from=builder /work /app",
			model.Copy{From: 0, Sources: []string{"/work"}, Dest: "/app"},
			image.Config{Entrypoint: []string{"/app/out/my $shop[1]"}},
			[]entry{text("/app/go.mod", ""), text("/app/main.go", "package main"), blob("/app/out/my $shop[1]", 3_000_000)},
			"SD-S001",
			"", "", "line 14: if out is all that runs, COPY --from=builder /work/out /app/out",
		},
		{
			"nobody knows what runs", "COPY --from=builder /work /app",
			model.Copy{From: 0, Sources: []string{"/work"}, Dest: "/app"},
			image.Config{WorkingDir: "/app", Cmd: []string{"node", "server.js"}},
			[]entry{text("/app/server.js", ""), text("/app/lib.ts", "export {}"), text("/app/package.json", "{}")},
			"SD-S002",
			"carried all of /work: 11 B", "", "line 14: copy only what runs, by its path, in place of COPY --from=builder /work /app",
		},
		{
			"one of several sources", "COPY --from=builder /work/src /work/dist /app/",
			model.Copy{From: 0, Sources: []string{"/work/src", "/work/dist/server.js"}, Dest: "/app", Into: true},
			image.Config{WorkingDir: "/app", Cmd: []string{"node", "server.js"}},
			[]entry{text("/app/server.js", ""), text("/app/lib.ts", "export {}")},
			"SD-S002",
			"COPY --from=builder /work/src /work/dist /app/ on line 14 carried 9 B", "COPY --from=builder /work/dist /app/", "",
		},
		{
			"a toolchain", "COPY --from=builder /usr/local/go /usr/local/go",
			model.Copy{From: 0, Sources: []string{"/usr/local/go"}, Dest: "/usr/local/go"},
			image.Config{Entrypoint: []string{"/app"}},
			[]entry{text("/usr/local/go/VERSION", "go1.26.1\n"), text("/usr/local/go/src/runtime/x.go", "package runtime")},
			"SD-T001",
			"carried all of /usr/local/go", "", "line 14: leave this COPY out, unless the program calls it when it runs",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f := one(t, copying(t, tt.text, tt.copy, tt.config, tt.entries...), tt.rule)
			if !slices.ContainsFunc(f.Evidence, func(e string) bool { return strings.Contains(e, tt.carried) }) {
				t.Errorf("evidence %q lacks %q", f.Evidence, tt.carried)
			}
			if f.Instead != tt.instead || tt.fix != "" && f.Fix != tt.fix || (f.EndLine > 0) != (f.Instead != "") {
				t.Errorf("fix %q, instead (to line %d):\n%s\nwant\n%s%s", f.Fix, f.EndLine, f.Instead, tt.fix, tt.instead)
			}
			for line := range strings.SplitSeq(tt.instead, "\n") {
				if !strings.Contains(f.Fix, line) {
					t.Errorf("the fix %q does not say %q", f.Fix, line)
				}
			}
		})
	}
}

// A stage that starts FROM the one that made a leak ships all of it.
func TestInheritance(t *testing.T) {
	graph := &model.Graph{
		Stages:    []model.Stage{stage(0, "builder", 1, "FROM node:20 AS builder", "COPY . /app", "RUN tsc"), stage(1, "final", 5, "FROM builder AS final")},
		Externals: []model.External{{Kind: model.ExternalImage, Ref: "node:20"}},
		Edges:     []model.Edge{{From: 2, To: 0, Kind: model.EdgeBase, Line: 1}, {From: 0, To: 1, Kind: model.EdgeBase, Line: 5}},
	}
	graph.Stages[0].Steps[1].Copy = &model.Copy{From: model.None, Sources: []string{"."}, Dest: "/app"}
	im := &image.Image{
		Config: image.Config{WorkingDir: "/app", Cmd: []string{"node", "dist/a.js"}},
		Layers: []image.Layer{{Origin: image.Origin{Stage: 0, Step: 1, Line: 2}}, {Index: 1, Origin: image.Origin{Stage: 0, Step: 2, Line: 3}}},
	}
	found := findFor(t, 1, im, graph, []entry{text("/app/src/a.ts", "export {}"), text("/app/package.json", "{}"), text("/app/.git/HEAD", "ref: refs/heads/x"), text("/app/.git/refs/heads/x", "0")}, []entry{text("/app/dist/a.js", "")})
	const says = "stage final starts FROM builder (line 5), so everything in it ships"
	src := one(t, found, "SD-S002")
	if want := "line 5: FROM node:20-slim AS final, then COPY --from=builder /app/dist /app/dist; COPY --from=builder /app/package.json /app/package.json"; src.Fix != want || !slices.Contains(src.Evidence, says) || src.From != "context:src/a.ts" {
		t.Errorf("%+v, want %s", src, want)
	}
	if git := one(t, found, "SD-V001"); !slices.Contains(git.Evidence, says) || git.Fix != `line 2: add .git to .dockerignore: "COPY . /app" takes it along` {
		t.Errorf("%+v", git)
	}
}

// Stages between the one that made a leak and the one that ships may need it: the FROM of
// the one that ships is what to change.
func TestInheritanceThroughOthers(t *testing.T) {
	graph := &model.Graph{
		Stages: []model.Stage{
			stage(0, "deps", 1, "FROM node:20 AS deps", "COPY . /app"), stage(1, "build", 4, "FROM deps AS build", "RUN tsc"), stage(2, "final", 7, "FROM build AS final"),
		},
		Externals: []model.External{{Kind: model.ExternalImage, Ref: "node:20"}},
		Edges:     []model.Edge{{From: 3, To: 0, Kind: model.EdgeBase, Line: 1}, {From: 0, To: 1, Kind: model.EdgeBase, Line: 4}, {From: 1, To: 2, Kind: model.EdgeBase, Line: 7}},
	}
	im := &image.Image{
		Config: image.Config{WorkingDir: "/app", Cmd: []string{"node", "dist/a.js"}},
		Layers: []image.Layer{{Origin: image.Origin{Stage: 0, Step: 1, Line: 2}}, {Index: 1, Origin: image.Origin{Stage: 1, Step: 1, Line: 5}}},
	}
	found := findFor(t, 2, im, graph, []entry{text("/app/src/a.ts", "export {}"), text("/app/package.json", "{}")}, []entry{text("/app/dist/a.js", "")})
	src := one(t, found, "SD-S002")
	if want := "line 7: FROM node:20-slim AS final, then COPY --from=build /app/dist /app/dist; COPY --from=build /app/package.json /app/package.json"; src.Fix != want {
		t.Errorf("fix %q, want %q", src.Fix, want)
	}
	if want := "stage final starts FROM build (line 7), which is made from deps, so everything in it ships"; !slices.Contains(src.Evidence, want) {
		t.Errorf("evidence %q lacks %q", src.Evidence, want)
	}
}

// Where one stage builds and runs, the fix parts it in two; a compiler of the image that a
// builder starts FROM goes with the FROM of the stage that ships.
func TestSplit(t *testing.T) {
	app := []entry{text("/app/src/a.ts", "export {}"), text("/app/package.json", "{}"), text("/app/dist/a.js", "")}
	gcc := []entry{exec("/usr/bin/gcc", native("COLLECT_GCC"))}
	own := image.Origin{Stage: 0, Step: 1, Line: 2}
	base := image.Origin{Stage: -1, Step: -1, Base: true}
	node := image.Config{WorkingDir: "/app", Cmd: []string{"node", "dist/a.js"}}
	alone := stage(0, "", 1, "FROM node:20", "COPY . /app", "RUN tsc")
	named := stage(0, "shop", 1, "FROM node:20-slim AS shop", "COPY . /app", "RUN tsc")
	for _, tt := range []struct {
		name    string
		stages  []model.Stage
		ref     string
		origin  image.Origin
		config  image.Config
		entries []entry
		rule    string
		want    string
		seen    string
	}{
		{"one stage", []model.Stage{alone}, "node:20", own, node, app, "SD-S002", "line 2: name this stage (line 1: AS build), and run in another one behind it: FROM node:20-slim, then COPY --from=build /app/dist /app/dist; COPY --from=build /app/package.json /app/package.json; ENV, USER and CMD go there too", ""},
		{"one named stage", []model.Stage{named}, "node:20-slim", own, node, app, "SD-S002", "line 2: and run in another one behind it", ""},
		{"nobody knows what runs", []model.Stage{alone}, "node:20", own, image.Config{}, app, "SD-S002", `line 2: move "COPY . /app" to a build stage, compile there, and COPY --from it only what was built`, ""},
		{"the base of the one stage", []model.Stage{alone}, "gcc:14", base, node, gcc, "SD-T002", "line 1: FROM gcc:14 brings this: keep it for a build stage, and begin the final one with FROM debian:stable-slim and a COPY --from of what was built", ""},
		{"the builder's base", []model.Stage{stage(0, "builder", 1, "FROM gcc:14 AS builder", "COPY . /app"), stage(1, "final", 5, "FROM builder AS final")}, "gcc:14", base, node, append(app, gcc...), "SD-T002", "line 5: FROM debian:stable-slim AS final, then COPY --from=builder /app/dist /app/dist; COPY --from=builder /app/package.json /app/package.json", "stage final starts FROM builder (line 5), so everything in it ships"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			graph := &model.Graph{Stages: tt.stages, Externals: []model.External{{Kind: model.ExternalImage, Ref: tt.ref}}}
			graph.Stages[0].Base = tt.ref
			graph.Edges = []model.Edge{{From: model.NodeID(len(tt.stages)), To: 0, Kind: model.EdgeBase, Line: 1}}
			if len(tt.stages) > 1 {
				graph.Edges = append(graph.Edges, model.Edge{From: 0, To: 1, Kind: model.EdgeBase, Line: 5})
			}
			im := &image.Image{Config: tt.config, Layers: []image.Layer{{Origin: tt.origin}}}
			if tt.origin.Base {
				im.History = []image.History{{Layer: 0, Origin: base}, {Empty: true, Layer: -1, Origin: image.Origin{Stage: 0, Step: 1, Line: 2}}}
			}
			f := one(t, findFor(t, len(tt.stages)-1, im, graph, tt.entries), tt.rule)
			if !strings.HasPrefix(f.Fix, tt.want) || tt.seen != "" && !slices.Contains(f.Evidence, tt.seen) {
				t.Errorf("fix %q, want %q; evidence %q", f.Fix, tt.want, f.Evidence)
			}
		})
	}
}
