package leak_test

import (
	"strings"
	"testing"

	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/image"
)

// stage makes a stage of a Dockerfile under test, one line a step.
func stage(index int, name string, line int, steps ...string) model.Stage {
	s := model.Stage{Index: index, Name: name, Line: line, EndLine: line + len(steps) - 1}
	for i, text := range steps {
		command, _, _ := strings.Cut(text, " ")
		s.Steps = append(s.Steps, model.Step{Index: i, Command: command, Text: text, Line: line + i, EndLine: line + i})
	}
	return s
}

// Each fix names the line and what to write there.
func TestFixNamesTheLine(t *testing.T) {
	graph := &model.Graph{
		Stages: []model.Stage{
			stage(0, "builder", 1, "FROM golang AS builder", "COPY . /src", "RUN apk add gcc"),
			stage(1, "runtime", 10, "FROM debian",
				"RUN apt-get update && apt-get install -y gcc",
				"RUN npm ci",
				"COPY --from=builder /src /app",
				"COPY . .",
				"RUN pip install --token="+canary+" x",
				"ENV API_KEY="+canary,
				"COPY --from=builder / /",
			),
			stage(2, "debug", 20, "FROM builder", "RUN true"),
			stage(3, "app", 30, "FROM debian", "WORKDIR /srv", "WORKDIR app"),
			stage(4, "web", 40, "FROM app", "COPY --from=builder /src ./"),
			stage(5, "lost", 50, "FROM debian", "COPY --from=builder /src ./"),
		},
		Externals: []model.External{{Kind: model.ExternalImage, Ref: "golang"}, {Kind: model.ExternalImage, Ref: "debian"}},
		Edges: []model.Edge{
			{From: 6, To: 0, Kind: model.EdgeBase, Line: 1},
			{From: 7, To: 1, Kind: model.EdgeBase, Line: 10},
			{From: 0, To: 1, Kind: model.EdgeCopy, Step: 3, Line: 13},
			{From: 0, To: 2, Kind: model.EdgeBase, Line: 20},
			{From: 7, To: 3, Kind: model.EdgeBase, Line: 30},
			{From: 3, To: 4, Kind: model.EdgeBase, Line: 40},
			{From: 0, To: 4, Kind: model.EdgeCopy, Step: 1, Line: 41},
			{From: 7, To: 5, Kind: model.EdgeBase, Line: 50},
			{From: 0, To: 5, Kind: model.EdgeCopy, Step: 1, Line: 51},
		},
	}
	app := &model.Copy{From: 0, Sources: []string{"/src"}, Dest: "/app"}
	graph.Stages[1].Steps[3].Copy = app
	graph.Stages[1].Steps[4].Copy = &model.Copy{From: model.None, Sources: []string{"."}, Dest: "/app", Into: true}
	graph.Stages[1].Steps[7].Copy = &model.Copy{From: 0, Sources: []string{"/"}, Dest: "/", Into: true}
	graph.Stages[4].Steps[1].Copy = &model.Copy{From: 0, Sources: []string{"/src"}, Dest: "/srv/app", Into: true}
	graph.Stages[5].Steps[1].Copy = &model.Copy{From: 0, Sources: []string{"/src"}, Below: ".", Into: true}
	lists := []entry{blob("/var/lib/apt/lists/deb_main_Packages", 1<<20)}
	gcc := []entry{exec("/usr/bin/gcc", native("COLLECT_GCC"))}
	tests := []struct {
		name        string
		target      int
		stage, step int
		layer       []entry
		rule        string
		want        string
	}{
		{"apt lists", 1, 1, 1, lists, "SD-C001", "line 11: end the RUN that calls apt-get update with && rm -rf /var/lib/apt/lists/*, in the same instruction."},
		{"compiler", 1, 1, 1, gcc, "SD-T002", `line 11: move "RUN apt-get update && apt-get install -y gcc" to a build stage, and COPY --from it only what was built`},
		{"inherited compiler", 2, 0, 2, gcc, "SD-T002", "line 20: FROM debian:stable-slim AS debug, then COPY --from=builder only what runs"},
		{"typescript", 1, 1, 2, []entry{text("/app/node_modules/typescript/package.json", `{"name":"typescript"}`), text("/app/node_modules/typescript/lib/tsc.js", "x")}, "SD-T007", "line 12: RUN npm ci --omit=dev"},
		{"whole directory", 1, 1, 3, []entry{text("/app/package.json", "{}"), text("/app/src/x.ts", "export {}"), blob("/app/dist/x.js", 2000), blob("/app/a.bin", 1<<20)}, "SD-S002", "line 13: if dist is all that runs, COPY --from=builder /src/dist /app/dist"},
		{"below a WORKDIR of the stage before", 4, 4, 1, []entry{text("/srv/app/package.json", "{}"), text("/srv/app/src/x.ts", "export {}"), blob("/srv/app/dist/x.js", 2000), text("/srv/app/src/bin/y.js", "")}, "SD-S002", "line 41: if dist is all that runs, COPY --from=builder /src/dist ./dist"},
		{"below a WORKDIR that only the base knows", 5, 5, 1, []entry{text("/app/package.json", "{}"), text("/app/src/x.ts", "export {}"), blob("/app/dist/x.js", 2000)}, "SD-S002", "line 51: if dist is all that runs, COPY --from=builder /src/dist ./dist"},
		{"whole file system", 1, 1, 7, []entry{text("/src/main.go", "package main")}, "SD-S001", "line 17: copy only what runs, by its path, in place of COPY --from=builder / /"},
		{"git", 1, 1, 4, []entry{text("/app/.git/HEAD", "ref: refs/heads/x"), text("/app/.git/refs/heads/x", "0")}, "SD-V001", `line 14: add .git to .dockerignore: "COPY . ." takes it along`},
		{"key", 1, 1, 4, []entry{text("/app/k.pem", testKey(t, false))}, "SD-K001", "line 14: revoke it, add k.pem to .dockerignore, and give it to the step that needs it: RUN --mount=type=secret,id=k.pem,target=/app/k.pem …"},
		{"npmrc", 1, 1, 2, []entry{text("/root/.npmrc", "//r/:_authToken="+canary)}, "SD-K002", "line 12: revoke it, then RUN --mount=type=secret,id=npmrc,target=/root/.npmrc npm ci"},
		{"secret in the instruction", 1, 1, 5, []entry{blob("/root/.cache/pip/http-v2/x", 1<<20)}, "SD-C004", "line 15: RUN --mount=type=cache,target=/root/.cache/pip pip install --token=‹redacted› x"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			im := &image.Image{
				Config: image.Config{WorkingDir: "/app"},
				Layers: []image.Layer{{Origin: image.Origin{Stage: tt.stage, Step: tt.step, Line: graph.Stages[tt.stage].Steps[tt.step].Line}}},
				History: []image.History{
					{Layer: 0, Origin: image.Origin{Stage: tt.stage, Step: tt.step}},
					{Layer: -1, Empty: true, Origin: image.Origin{Stage: tt.target, Step: 1, Line: graph.Stages[tt.target].Line + 1}},
				},
			}
			found := find(t, im, graph, tt.layer)
			f := one(t, found, tt.rule)
			if f.Fix != tt.want {
				t.Errorf("fix:\n got %s\nwant %s", f.Fix, tt.want)
			}
			if f.Stage != tt.stage || f.Line != graph.Stages[tt.stage].Steps[tt.step].Line {
				t.Errorf("stage %d, line %d", f.Stage, f.Line)
			}
			noCanary(t, found)
		})
	}
	im := &image.Image{Config: image.Config{Env: []string{"API_KEY=" + canary}}, History: []image.History{{CreatedBy: "ENV API_KEY=" + canary, Empty: true, Layer: -1, Origin: image.Origin{Stage: 1, Step: 6, Line: 16}}}}
	if f := one(t, find(t, im, graph), "SD-K004"); !strings.HasPrefix(f.Fix, "line 16: revoke it, drop this ENV, and set") {
		t.Errorf("fix: %s", f.Fix)
	}
}
