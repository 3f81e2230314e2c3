package comparison_test

import (
	"fmt"
	"time"

	"github.com/stagedive/stagedive/inspect/report/comparison"
	"github.com/stagedive/stagedive/model/compare"
	"github.com/stagedive/stagedive/model/compare/growth"
	"github.com/stagedive/stagedive/model/finding"
	"github.com/stagedive/stagedive/model/image"
	"github.com/stagedive/stagedive/model/inventory"
	"github.com/stagedive/stagedive/model/probe"
)

// file is a path with its size and checksum.
type file struct {
	path string
	size int64
}

func layer(id, by string, files ...file) image.Layer {
	b := image.NewBuilder()
	size := int64(0)
	for _, f := range files {
		b.Add(image.Entry{Path: f.path, Mode: 0o644, Size: f.size, Sum: uint64(f.size)})
		size += f.size
	}
	return image.Layer{DiffID: "sha256:" + id, CreatedBy: by, Size: size, BlobSize: size, Tree: b.Tree()}
}

// many are files in a directory.
func many(dir string, n int, size int64) []file {
	var out []file
	for i := range n {
		out = append(out, file{fmt.Sprintf("%s/%03d.a", dir, i), size})
	}
	return out
}

func pkg(kind inventory.Kind, name, version string) inventory.Package {
	return inventory.Package{Kind: kind, Name: name, Version: version}
}

// builder is a stage with a toolchain.
func builder() compare.Side {
	im := &image.Image{
		Ref: "store:1", Digest: "sha256:1111", Platform: "linux/amd64",
		Layers: []image.Layer{
			layer("base", "ADD rootfs.tar /", file{"etc/os-release", 300}, file{"bin/sh", 900_000}, file{"etc/passwd", 1000}),
			layer("go", "RUN |1 V=1 /bin/sh -c install go # buildkit", append(many("usr/local/go/pkg", 300, 1_500_000), file{"usr/local/go/bin/go", 14_000_000})...),
			layer("src", "COPY . /src # buildkit", append(many("src", 40, 9_000), file{"src/main.go", 4000})...),
			layer("out", "RUN /bin/sh -c go build -o /app . # buildkit", file{"app", 7_400_000}),
		},
		Config: image.Config{WorkingDir: "/src", Cmd: []string{"sh"}, Env: []string{"PATH=/usr/local/go/bin:/bin", "GOFLAGS=-trimpath"}},
	}
	for i := range 30 {
		im.Packages = append(im.Packages, pkg(inventory.Deb, fmt.Sprintf("lib%02d-dev", i), "1."+fmt.Sprint(i)))
	}
	im.Packages = append(im.Packages, pkg(inventory.Deb, "libc6", "2.36-9"), pkg(inventory.Deb, "base-files", "12"))
	return compare.Side{
		Name: "builder", Image: im, Build: &compare.Build{Elapsed: 41 * time.Second, Busy: 38 * time.Second, Ran: 4, Cached: 1},
		Found: []finding.Finding{
			{Rule: "SD-T001", Title: "Go toolchain go1.26.1", Category: finding.Toolchain, Severity: finding.High, Path: "/usr/local/go", Files: 301, Size: 464_000_000, Layer: 1, Stage: 0, Line: 3},
			{Rule: "SD-S001", Title: "Go sources", Category: finding.Source, Severity: finding.Medium, Path: "/src", Files: 41, Size: 364_000, Layer: 2, Stage: 0, Line: 5},
			{Rule: "SD-H001", Title: "Runs as root", Category: finding.Hygiene, Severity: finding.Low, Name: "USER", Layer: -1, Stage: -1},
			{Rule: "SD-C001", Title: "a cache", Category: finding.Cache, Severity: finding.High, Path: "/cache", Layer: 1, Allowed: &finding.Allowance{Reason: "so it is"}},
		},
	}
}

// runtime is a stage on the same base with what the builder made.
func runtime() compare.Side {
	base := builder().Image.Layers[0]
	im := &image.Image{
		Ref: "store:2", Digest: "sha256:2222", Platform: "linux/amd64",
		Layers: []image.Layer{
			base,
			layer("app", "COPY /app /app # buildkit", file{"app", 7_400_001}),
			layer("user", "RUN /bin/sh -c adduser app # buildkit", file{"etc/passwd", 1040}, file{"home/app/.profile", 12}),
		},
		Config:   image.Config{User: "app", Entrypoint: []string{"/app", "serve now"}, Env: []string{"PATH=/bin"}, ExposedPorts: []string{"8080/tcp"}},
		Packages: []inventory.Package{pkg(inventory.Deb, "libc6", "2.36-10"), pkg(inventory.Deb, "base-files", "12"), pkg(inventory.NPM, "left-pad", "1.0.0")},
	}
	return compare.Side{
		Name: "runtime", Image: im, Build: &compare.Build{Elapsed: 41 * time.Second, Busy: 2 * time.Second, Ran: 2, Cached: 1},
		Found: []finding.Finding{
			{Rule: "SD-H001", Title: "Runs as root", Category: finding.Hygiene, Severity: finding.Low, Name: "USER", Layer: -1, Stage: -1},
			{Rule: "SD-K002", Title: "npm credentials", Category: finding.Secret, Severity: finding.Critical, Path: "/home/app/.npmrc", Size: 40, Layer: 2, Stage: 1, Line: 12, Fix: "line 12: mount it"},
		},
	}
}

// probed has the outcomes of probes beside a side.
func probed(s compare.Side, exit int, out string) compare.Side {
	version := probe.Probe{Name: "version", Start: probe.Command, Args: []string{"/app", "--version"}, Ask: probe.End}
	health := probe.Probe{Name: "health", Start: probe.Itself, Ask: probe.HTTP, Port: 8080, Path: "/healthz"}
	s.Probes = []probe.Outcome{
		version.Judge(probe.Ran{Exit: &exit, Took: 20 * time.Millisecond, Stdout: probe.Bytes{Kept: []byte(out), All: int64(len(out))}}, nil),
		health.Judge(probe.Ran{Status: 200, Took: 300 * time.Millisecond, Body: probe.Bytes{Kept: []byte("ok"), All: 2}}, nil),
	}
	return s
}

// debug is the runtime with a tool.
func debug() compare.Side {
	s := runtime()
	im := *s.Image
	im.Layers = append(append([]image.Layer(nil), im.Layers...), layer("dlv", "COPY /dlv /usr/bin/dlv # buildkit", file{"usr/bin/dlv", 21_300_000}))
	return compare.Side{Name: "debug", Image: &im, Found: s.Found, Build: &compare.Build{Elapsed: 41 * time.Second, Busy: 3 * time.Second, Ran: 3, Cached: 1}}
}

// hostile is a side whose every text tries to be more than text.
func hostile() compare.Side {
	const evil = "</script><img src=x onerror=alert(1)>`|\"'@me #1 [a](http://x.example) {{.}} -->"
	im := &image.Image{
		Layers:   []image.Layer{layer("x", "RUN "+evil, file{"bin/" + "<b>`|\"'@me [a](b) #1", 10})},
		Config:   image.Config{User: evil, Env: []string{"A=" + evil}, Labels: map[string]string{evil: evil}},
		Packages: []inventory.Package{pkg(inventory.NPM, evil, evil)},
		Problems: []string{evil},
	}
	return compare.Side{Name: evil, Detail: evil, Image: im, Found: []finding.Finding{{Rule: "X-1", Title: evil, Severity: finding.High, Path: "/" + evil}}}
}

func report(sides ...compare.Side) comparison.Report {
	c := compare.New(sides...)
	limits, err := growth.Parse([]string{"5%", "packages=0,files=10%,findings=0"}, "--fail-on-growth")
	if err != nil {
		panic(err)
	}
	return comparison.Report{Comparison: c, Growth: growth.Check(c, limits)}
}
