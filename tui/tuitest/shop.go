package tuitest

import (
	"strings"

	"github.com/stagedive/stagedive/model"
)

const shopFile = `# The shop's API: TypeScript, built with npm, run on plain node.
ARG NODE=20-alpine

# deps installs what package-lock.json names
FROM node:${NODE} AS deps
WORKDIR /app
COPY package.json package-lock.json ./
RUN --mount=type=cache,target=/root/.npm npm ci

# builder compiles the sources
FROM deps AS builder
COPY . .
RUN npm run build && \
    npm run bundle -- --minify
RUN npm prune --omit=dev

# test runs the unit tests
FROM deps AS test
COPY . .
RUN npm test

# runtime is what ships
FROM node:${NODE} AS runtime
WORKDIR /app
ENV NODE_ENV=production
COPY --from=builder /app/dist ./dist
COPY --from=builder /app/node_modules ./node_modules
COPY --from=nginx:alpine /etc/nginx/mime.types /etc/
USER node
EXPOSE 8080
CMD ["node", "dist/server.js"]`

// Shop is the graph of a small real Dockerfile: four stages, of which runtime,
// the default target, does not need test; two images; copies and bases.
func Shop() *model.Graph {
	lines := strings.Split(shopFile, "\n")
	g := &model.Graph{
		File: "shop/Dockerfile", Lines: lines,
		Args: []model.Arg{{Name: "NODE", Value: "20-alpine", Default: "20-alpine", Line: 2}},
		Externals: []model.External{
			{Kind: model.ExternalImage, Ref: "node:20-alpine"},
			{Kind: model.ExternalImage, Ref: "nginx:alpine"},
		},
	}
	add := func(name, base, raw, doc string, from int, at ...int) {
		s := model.Stage{Index: len(g.Stages), Name: name, Base: base, BaseRaw: raw, Doc: doc, Line: from}
		for _, line := range append([]int{from}, at...) {
			end := line
			for strings.HasSuffix(lines[end-1], "\\") {
				end++
			}
			text := strings.Join(strings.Fields(strings.ReplaceAll(strings.Join(lines[line-1:end], " "), "\\", "")), " ")
			command, _, _ := strings.Cut(text, " ")
			vertex := false
			switch command {
			case "RUN", "COPY", "WORKDIR":
				vertex = true
			case "FROM":
				vertex = strings.Contains(base, ":") // an external base
			}
			s.Steps = append(s.Steps, model.Step{
				Index: len(s.Steps), Command: command, Text: text, Line: line, EndLine: end, Vertex: vertex,
			})
			s.EndLine = end
		}
		g.Stages = append(g.Stages, s)
	}
	add("deps", "node:20-alpine", "node:${NODE}", "deps installs what package-lock.json names", 5, 6, 7, 8)
	add("builder", "deps", "", "builder compiles the sources", 11, 12, 13, 15)
	add("test", "deps", "", "test runs the unit tests", 18, 19, 20)
	add("runtime", "node:20-alpine", "node:${NODE}", "runtime is what ships", 23, 24, 25, 26, 27, 28, 29, 30, 31)
	g.Edges = []model.Edge{
		{From: 4, To: 0, Kind: model.EdgeBase, Step: 0, Line: 5},
		{From: 0, To: 1, Kind: model.EdgeBase, Step: 0, Line: 11},
		{From: 0, To: 2, Kind: model.EdgeBase, Step: 0, Line: 18},
		{From: 4, To: 3, Kind: model.EdgeBase, Step: 0, Line: 23},
		{From: 1, To: 3, Kind: model.EdgeCopy, Step: 3, Line: 26, Paths: []string{"/app/dist"}},
		{From: 1, To: 3, Kind: model.EdgeCopy, Step: 4, Line: 27, Paths: []string{"/app/node_modules"}},
		{From: 5, To: 3, Kind: model.EdgeCopy, Step: 5, Line: 28, Paths: []string{"/etc/nginx/mime.types"}},
	}
	return g
}
