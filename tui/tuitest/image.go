package tuitest

import (
	"context"
	"fmt"
	"strings"

	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/build"
	"github.com/stagedive/stagedive/model/finding"
	"github.com/stagedive/stagedive/model/image"
	"github.com/stagedive/stagedive/model/saving"
	"github.com/stagedive/stagedive/tui"
)

// Inspector is a tui.Inspector that finds one image in every build.
type Inspector struct {
	Image    *image.Image
	Findings []finding.Finding
	Proofs   [][]saving.Proof
	Graph    *model.Graph // that the image is joined to
}

// Inspect returns the image.
func (i Inspector) Inspect(_ context.Context, _ build.Result, _ int, progress func(done, total int64)) (tui.Inspected, error) {
	progress(1, 1)
	return tui.Inspected{Image: i.Image, Findings: i.Findings, Proofs: i.Proofs, Graph: i.Graph}, nil
}

// ShopImage is what building the shop's runtime makes, and what is wrong with it: three
// layers of the base image, an empty one, and three copies, of which the last writes a
// file of the base image anew.
func ShopImage() (*image.Image, []finding.Finding) {
	base := image.Origin{Stage: -1, Step: -1, Base: true}
	own := func(step, line int) image.Origin {
		return image.Origin{Stage: ShopRuntime, Step: step, Line: line, EndLine: line}
	}
	layers := []struct {
		by     string
		origin image.Origin
		files  string
	}{
		{"ADD alpine-minirootfs.tar.gz / # buildkit", base, `
			bin/busybox 808712 755|bin/sh -> /bin/busybox|etc/mime.types 3500|etc/passwd 700
			lib/ld-musl-x86_64.so.1 662800 755|usr/share/zoneinfo/UTC 114`},
		{"RUN /bin/sh -c apk add --no-cache libstdc++ # buildkit", base, `
			usr/lib/libstdc++.so.6 2700000 755|usr/lib/libgcc_s.so.1 180000|var/cache/apk/APKINDEX.tar.gz 2400000`},
		{"RUN /bin/sh -c curl -fsSLO https://nodejs.org/dist/node.tar.xz # buildkit", base, `
			usr/local/bin/node 98400000 755|usr/local/bin/npm -> ../lib/node_modules/npm/bin/npm-cli.js
			usr/local/include/node/node.h 62000|usr/local/lib/node_modules/npm/package.json 9000
			usr/local/lib/node_modules/npm/bin/npm-cli.js 54 755|usr/local/lib/node_modules/npm/docs/README.md 41000
			!var/cache/apk/APKINDEX.tar.gz`},
		{"WORKDIR /app", own(1, 24), `app/`},
		{"COPY /app/dist ./dist # buildkit", own(3, 26), `
			app/dist/server.js 412000|app/dist/server.js.map 1180000|app/dist/routes/cart.js 18000|app/dist/routes/orders.js 26000`},
		{"COPY /app/node_modules ./node_modules # buildkit", own(4, 27), `
			app/node_modules/typescript/lib/tsc.js 5900000|app/node_modules/typescript/lib/typescript.js 8900000
			app/node_modules/express/index.js 224|app/node_modules/express/lib/application.js 14000
			app/node_modules/lodash/lodash.js 544000|app/node_modules/lodash-es/node_modules/lodash/lodash.js 544000`},
		{"COPY /etc/nginx/mime.types /etc/ # buildkit", own(5, 28), `etc/mime.types 5300`},
	}
	im := &image.Image{
		Ref: "shop:latest", Digest: "sha256:9f1c" + strings.Repeat("0b", 30), Platform: "linux/amd64", Created: Epoch(),
		Config: image.Config{
			User: "node", WorkingDir: "/app", Cmd: []string{"node", "dist/server.js"}, ExposedPorts: []string{"8080/tcp"},
			Env: []string{"PATH=/usr/local/sbin:/usr/local/bin:/usr/bin:/bin", "NODE_VERSION=20.20.2", "NODE_ENV=production"},
		},
	}
	for i, l := range layers {
		t := shopLayer(l.files)
		im.Layers = append(im.Layers, image.Layer{
			Index: i, CreatedBy: l.by, Origin: l.origin, Tree: t, Size: t.Size(image.Root), BlobSize: t.Size(image.Root) / 3,
			DiffID: fmt.Sprintf("sha256:%064x", i+1),
		})
		im.History = append(im.History, image.History{CreatedBy: l.by, Layer: i, Origin: l.origin})
		if i == 3 {
			im.History = append(im.History, image.History{CreatedBy: "ENV NODE_ENV=production", Empty: true, Layer: -1, Origin: own(2, 25)})
		}
	}
	return im, []finding.Finding{{
		Rule: "SD-T004", Title: "TypeScript compiler", Severity: finding.High, Path: "/app/node_modules/typescript", Files: 2,
		Size: 14_800_000, Layer: 5, Stage: ShopRuntime, Line: 27, Evidence: []string{"lib/tsc.js"}, Why: "nothing runs it there", Fix: "npm prune --omit=dev",
	}}
}

// shopLayer is a layer of entries: "PATH SIZE [MODE]", "PATH -> TARGET", "!PATH" for
// what it removes, "PATH/" for a directory.
func shopLayer(entries string) *image.Tree {
	b := image.NewBuilder()
	for _, line := range strings.FieldsFunc(entries, func(r rune) bool { return r == '|' || r == '\n' }) {
		f := strings.Fields(line)
		if len(f) == 0 {
			continue
		}
		e := image.Entry{Path: strings.Trim(f[0], "!/"), Mode: 0o644}
		switch {
		case strings.HasPrefix(f[0], "!"):
			e.Type = image.Whiteout
		case strings.HasSuffix(f[0], "/"):
			e.Type, e.Mode = image.Directory, 0o755
		case len(f) == 3 && f[1] == "->":
			e.Type, e.Link, e.Mode = image.Symlink, f[2], 0o777
		default:
			fmt.Sscan(f[1], &e.Size)
			e.Sum = uint64(e.Size)
			if len(f) == 3 {
				fmt.Sscanf(f[2], "%o", &e.Mode)
			}
		}
		b.Add(e)
	}
	return b.Tree()
}

// Linter is a tui.Linter that always says the same.
type Linter []finding.Finding

// Lint returns the findings.
func (l Linter) Lint(context.Context, int) ([]finding.Finding, error) { return l, nil }

// ShopFindings is what is wrong with the shop's Dockerfile, an accepted one among it, and
// ShopRules what those findings, and the image's, are instances of.
func ShopFindings() []finding.Finding {
	at := func(line, stage int, rule string, s finding.Severity, title, name, seen, fix, instead string) finding.Finding {
		return finding.Finding{
			Rule: rule, Title: title, Category: finding.Build, Severity: s, Layer: -1, Stage: stage, Line: line, Name: name,
			Evidence: []string{seen}, Why: ShopRules()[0].Why, Fix: fix, Instead: instead,
		}
	}
	accepted := at(28, ShopRuntime, "SD-B021", finding.Low, "nginx:alpine names no version", "COPY --from=nginx:alpine /etc/nginx/mime.types /etc/", "nginx:alpine moves on", "line 28: name a version: nginx:VERSION", "")
	accepted.Allowed = &finding.Allowance{Reason: "only its list of types is taken", Until: "2027-06-30", Policy: ".stagedive.yaml:14"}
	return []finding.Finding{
		at(12, 1, "SD-B009", finding.Low, "No .dockerignore: COPY takes 48.2 MB in 3,104 files", "COPY . .", "node_modules/  41.0 MB in 2,988 files", "Write a file .dockerignore:\n**/node_modules\n.git", ""),
		at(18, 2, "SD-B008", finding.Info, "Building runtime does not run test", "FROM deps AS test", "line 20 runs tests: RUN npm test", "Build it before the image: --target test", ""),
		at(27, ShopRuntime, "SD-B003", finding.Medium, "node_modules of builder is copied with its sources", "COPY --from=builder /app/node_modules ./node_modules", "line 13 builds there", "line 27: COPY --from=builder /app/node_modules/.prod ./node_modules", "COPY --from=builder /app/node_modules/.prod ./node_modules"),
		accepted,
	}
}

// ShopRules have pages.
func ShopRules() []finding.Rule {
	return []finding.Rule{{
		ID: "SD-B003", Title: "Sources copied along with what was built of them", Category: finding.Build, Severity: finding.Low,
		Why:  "The directory holds the sources, and whatever else the build left beside its result.",
		Fix:  "Copy the result: the binary, dist, the jar.",
		More: "Evidence: a stage copies the build context to a directory, and builds there.\n\nWhere the program runs from its sources this is right: accept it with a reason.",
	}}
}
