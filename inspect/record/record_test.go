package record

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/klauspost/compress/zstd"
	"pgregory.net/rapid"

	"github.com/stagedive/stagedive/model/compare"
	"github.com/stagedive/stagedive/model/finding"
	"github.com/stagedive/stagedive/model/image"
	"github.com/stagedive/stagedive/model/inventory"
	"github.com/stagedive/stagedive/model/probe"
	"github.com/stagedive/stagedive/model/sanitize"
	"github.com/stagedive/stagedive/model/saving"
)

// drawn is a record as inspection could make one.
func drawn(t *rapid.T) Record {
	text := rapid.Map(rapid.StringN(0, 12, -1), sanitize.Text)
	sum := rapid.Map(rapid.Uint64(), func(n uint64) string { return fmt.Sprintf("sha256:%064x", n) })
	at := rapid.Map(rapid.Int64Range(0, 4e9), func(s int64) time.Time { return time.Unix(s, 0).UTC() })
	r := Record{Name: text.Draw(t, "name"), Made: at.Draw(t, "made"), By: text.Draw(t, "by"), Target: text.Draw(t, "target")}
	im := &image.Image{
		Ref: text.Draw(t, "ref"), Digest: sum.Draw(t, "digest"), Platform: "linux/amd64", Created: at.Draw(t, "created"),
		Config: image.Config{
			User: text.Draw(t, "user"), Env: rapid.SliceOfN(text, 0, 3).Draw(t, "env"),
			Labels:      rapid.MapOfN(text, text, 0, 3).Draw(t, "labels"),
			Healthcheck: &image.Healthcheck{Test: []string{"CMD", text.Draw(t, "test")}, Interval: time.Second},
		},
		Problems: rapid.SliceOfN(text, 0, 2).Draw(t, "problems"), Recorded: true,
	}
	for i := range rapid.IntRange(0, 4).Draw(t, "layers") {
		b := image.NewBuilder()
		for range rapid.IntRange(0, 8).Draw(t, "files") {
			b.Add(image.Entry{
				Path: rapid.StringMatching(`([a-c\x1b]{1,2}/){0,2}[a-c\x1bä]{1,2}`).Draw(t, "path"),
				Type: rapid.SampledFrom([]image.Type{image.Regular, image.Directory, image.Symlink, image.Whiteout, image.Opaque, image.FIFO}).Draw(t, "type"),
				Mode: uint32(rapid.IntRange(0, 0o7777).Draw(t, "mode")), UID: rapid.Uint32().Draw(t, "uid"),
				Size: rapid.Int64Range(0, 1<<40).Draw(t, "size"), Sum: rapid.Uint64().Draw(t, "sum"), ModTime: rapid.Int64().Draw(t, "time"), Link: "b/c",
			})
		}
		tree := b.Tree()
		im.Layers = append(im.Layers, image.Layer{
			Index: i, DiffID: sum.Draw(t, "diff"), Size: tree.Size(image.Root), BlobSize: 5, Origin: image.Origin{Stage: -1, Step: -1, Base: i == 0}, Tree: tree,
		})
		im.History = append(im.History, image.History{CreatedBy: text.Draw(t, "by"), Layer: i, Origin: image.Unknown})
		im.Packages = append(im.Packages, inventory.Package{Kind: inventory.Deb, Name: text.Draw(t, "package"), Path: "/x", Layer: i, Size: 7})
		r.Proofs = append(r.Proofs, []saving.Proof{{Path: "/" + text.Draw(t, "proved"), Kind: rapid.SampledFrom([]saving.Kind{saving.Static, saving.Debug, saving.Maps}).Draw(t, "kind"), Debug: 5, Symbols: 6}})
		r.Found = append(r.Found, finding.Finding{
			Rule: "SD-T001", Severity: finding.Severity(rapid.IntRange(0, 4).Draw(t, "severity")), Category: finding.Toolchain, Layer: i, Stage: -1, Line: 3,
			Path: "/" + text.Draw(t, "subject"), Evidence: []string{text.Draw(t, "evidence")}, Fix: "write:\nRUN x", Instead: "RUN x\nRUN y",
		})
	}
	if rapid.Bool().Draw(t, "built") {
		r.Build = &Build{Elapsed: time.Second, Busy: time.Minute, Cached: 3, Ran: 4}
	}
	if rapid.Bool().Draw(t, "asked") {
		code := rapid.IntRange(-1, 255).Draw(t, "code")
		r.Probes = []probe.Outcome{{Name: text.Draw(t, "probe"), State: probe.Passed, Exit: &code, Stdout: &probe.Output{Text: "one\ntwo\n", Bytes: 8, Digest: "sha256:0"}, Compared: []probe.Aspect{probe.Stdout}}}
	}
	r.Image = im
	return r
}

// same compares records; trees by what is written of them.
func same(a, b Record) string {
	return cmp.Diff(a, b, cmpopts.EquateEmpty(), cmp.Transformer("tree", func(t *image.Tree) string {
		var out bytes.Buffer
		if t != nil {
			_, _ = t.WriteTo(&out)
		}
		return out.String()
	}), cmpopts.SortSlices(func(a, b inventory.Package) bool { return inventory.Compare(a, b) < 0 }),
		cmpopts.SortSlices(func(a, b finding.Finding) bool { return finding.Compare(a, b) < 0 }))
}

func TestRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := drawn(t)
		var file bytes.Buffer
		if err := Write(&file, want); err != nil {
			t.Fatal(err)
		}
		if !Is(file.Bytes()) || !Is(file.Bytes()[:Sniff]) {
			t.Fatal("it is not known again")
		}
		got, err := Read(bytes.NewReader(file.Bytes()))
		if err != nil {
			t.Fatal(err)
		}
		want.Image.Ref = ""
		if diff := same(want, got); diff != "" {
			t.Fatal(diff)
		}
		var again bytes.Buffer
		if err := Write(&again, want); err != nil || !bytes.Equal(file.Bytes(), again.Bytes()) {
			t.Fatalf("the same record is written otherwise (%v)", err)
		}
	})
}

// sample is a record of two layers.
func sample() Record {
	b := image.NewBuilder()
	b.Add(image.Entry{Path: "etc/passwd", Size: 10, Sum: 1})
	b.Add(image.Entry{Path: "root/.npmrc", Size: 20, Sum: 2})
	return Record{
		Name: "app", Image: &image.Image{
			Ref: "app:1", Config: image.Config{Labels: map[string]string{"a": "b"}},
			Layers:   []image.Layer{{Tree: b.Tree(), Origin: image.Origin{Stage: 1, Step: 2, Line: 3}}, {Index: 1, Unread: true}},
			History:  []image.History{{CreatedBy: "COPY . .", Layer: 0, Origin: image.Origin{Stage: 1, Line: 3}}, {Empty: true, Layer: -1}},
			Packages: []inventory.Package{{Kind: inventory.NPM, Name: "left-pad", Version: "1"}},
		},
		Found: []finding.Finding{{Rule: "SD-K001", Category: finding.Secret, Path: "/root/.npmrc", Layer: 0, Stage: 1, Line: 3}},
	}
}

// A checksum of a file that holds a secret would tell whoever tries a few.
func TestSecretsHaveNoChecksum(t *testing.T) {
	var file bytes.Buffer
	if err := Write(&file, sample()); err != nil {
		t.Fatal(err)
	}
	r, err := Read(&file)
	if err != nil {
		t.Fatal(err)
	}
	tree := r.Image.Layers[0].Tree
	for path, want := range map[string]uint64{"/etc/passwd": 1, "/root/.npmrc": 0} {
		id, ok := tree.Find(path)
		if !ok || tree.Info(id).Sum != want {
			t.Errorf("%s has the checksum %d, want %d", path, tree.Info(id).Sum, want)
		}
	}
	if !r.Image.Layers[1].Unread || r.Image.Layers[1].Tree != nil {
		t.Error("a layer that was not read is known")
	}
	if o := r.Image.Layers[0].Origin; o != image.Unknown {
		t.Errorf("it comes from %+v of a Dockerfile that nobody has", o)
	}
}

// body is what the frame of a record holds.
func body(tb testing.TB, r Record) []byte {
	tb.Helper()
	var file bytes.Buffer
	if err := Write(&file, r); err != nil {
		tb.Fatal(err)
	}
	_, frame, _ := bytes.Cut(file.Bytes(), []byte("\n"))
	z, err := zstd.NewReader(nil)
	if err != nil {
		tb.Fatal(err)
	}
	defer z.Close()
	out, err := z.DecodeAll(frame, nil)
	if err != nil {
		tb.Fatal(err)
	}
	return out
}

// framed is a record with another body.
func framed(tb testing.TB, body []byte) []byte {
	tb.Helper()
	z, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest))
	if err != nil {
		tb.Fatal(err)
	}
	return z.EncodeAll(body, fmt.Appendf(nil, "%s%d\n", magic, Form))
}

// told is a record with a document of one's own, and empty layers.
func told(tb testing.TB, doc string, layers int) []byte {
	tb.Helper()
	var b bytes.Buffer
	if err := part(&b, []byte(doc)); err != nil {
		tb.Fatal(err)
	}
	b.Write(make([]byte, layers))
	return framed(tb, b.Bytes())
}

func TestRefused(t *testing.T) {
	var good bytes.Buffer
	if err := Write(&good, sample()); err != nil {
		t.Fatal(err)
	}
	file := good.Bytes()
	flipped := bytes.Clone(file)
	flipped[len(flipped)-3] ^= 1
	for name, data := range map[string][]byte{
		"cut off":           file[:len(file)-9],
		"flipped":           flipped,
		"more at the end":   framed(t, append(body(t, sample()), 0)),
		"no image":          told(t, `{"name":"x"}`, 0),
		"no layers":         told(t, `{"image":{"layers":[{},{}]}}`, 1),
		"history elsewhere": told(t, `{"image":{"layers":[{}],"history":[{"layer":1}]}}`, 1),
		"package elsewhere": told(t, `{"image":{"layers":[{}]},"packages":[{"layer":-1}]}`, 1),
		"gone before":       told(t, `{"image":{"layers":[{},{}]},"packages":[{"layer":1,"gone":1}]}`, 2),
		"finding elsewhere": told(t, `{"image":{"layers":[{}]},"findings":[{"severity":"low","layer":7}]}`, 1),
		"negative proof":    told(t, `{"image":{"layers":[{}]},"proofs":[[{"path":"/a","kind":"debug-symbols","debug":-5}]]}`, 1),
		"proofs elsewhere":  told(t, `{"image":{"layers":[{}]},"proofs":[[],[]]}`, 1),
		"negative output":   told(t, `{"image":{"layers":[]},"probes":[{"stdout":{"bytes":-1}}]}`, 0),
		"negative size":     told(t, `{"image":{"layers":[{}]},"findings":[{"severity":"low","size":-1}]}`, 1),
		"no severity":       told(t, `{"image":{"layers":[{}]},"findings":[{"severity":"worst"}]}`, 1),
		"too many elements": told(t, `{"image":{"layers":[]},"findings":[null`+strings.Repeat(",null", maxElements)+`]}`, 0),
		"too many layers":   told(t, `{"image":{"layers":[{}`+strings.Repeat(",{}", 5000)+`]}}`, 5001),
		"a huge part":       framed(t, []byte{0xff, 0xff, 0xff, 0xff, 0x7f}),
	} {
		_, err := Read(bytes.NewReader(data))
		if err == nil || !strings.Contains(err.Error(), "damaged") {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, data := range []string{"", "x", "stagedive image record", "stagedive image record x\n", strings.Repeat("y", 1<<20)} {
		if _, err := Read(strings.NewReader(data)); !errors.Is(err, ErrNotARecord) {
			t.Errorf("%.30q: %v", data, err)
		}
	}
	var version *VersionError
	if _, err := Read(strings.NewReader(magic + "99\n")); !errors.As(err, &version) || !strings.Contains(err.Error(), "use a newer one") {
		t.Errorf("got %v", err)
	}
}

// Whatever a record says reaches nobody's terminal as it is.
func TestAllTextIsHarmless(t *testing.T) {
	evil, err := json.Marshal("\x1b[2J\u202e")
	if err != nil {
		t.Fatal(err)
	}
	doc := strings.ReplaceAll(`{"name":X,"by":X,"target":X,"proofs":[[{"path":X,"kind":"source-maps"}]],"probes":[{"name":X,"what":X,"ask":X,"state":X,"failure":X,"stdout":{"text":X,"digest":X},"last":[X],"compared":[X]}],"packages":[{"kind":X,"name":X,"version":X,"path":X}],
		"findings":[{"rule":X,"severity":"low","title":X,"evidence":[X],"fix":X,"instead":X,"allowed":{"reason":X,"policy":X}}],
		"image":{"ref":X,"digest":X,"platform":X,"problems":[X],"base":{"name":X,"digest":X},"attestations":[{"predicate":X,"kind":X,"digest":X,"images":[{"name":X}]}],
		"config":{"user":X,"env":[X],"labels":{X:X},"healthcheck":{"test":[X]}},"history":[{"createdBy":X,"layer":0}],"layers":[{"diffID":X,"digest":X,"problems":[X],"createdBy":X,"format":X}]}}`, "X", string(evil))
	r, err := Read(bytes.NewReader(told(t, doc, 1)))
	if err != nil {
		t.Fatal(err)
	}
	out, err := json.Marshal(document{Name: r.Name, By: r.By, Target: r.Target, Image: r.Image, Packages: r.Image.Packages, Found: r.Found, Proofs: proofs(r.Proofs), Probes: r.Probes})
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(out), `␛[2J`); n < 25 {
		t.Errorf("the test looks at %d texts only: %s", n, out)
	}
	if strings.Contains(string(out), `\u001b`) || strings.Contains(string(out), "\u202e") {
		t.Errorf("there is something left: %s", out)
	}
	if r.Image.Digest != "" || r.Image.Layers[0].DiffID != "" {
		t.Error("what is no digest is taken for one")
	}
}

// use does with a record what those do who show it.
func use(r Record) {
	side := compare.Side{Name: r.Name, Image: r.Image, Found: r.Found, Proofs: r.Proofs, Probes: r.Probes}
	c := compare.New(side, side)
	for _, f := range c.Facts() {
		for i := range c.Sides {
			f.Text(i)
		}
	}
	c.Packages()
	c.Settings()
	c.Layers()
	probe.Compare(r.Probes, r.Probes)
	tree := c.Tree(0)
	saving.Of(saving.Input{Image: r.Image, Tree: tree, Findings: r.Found, Proofs: r.Proofs})
	for id := range tree.Walk(image.Root) {
		tree.Info(id)
		tree.Path(id)
	}
}

func FuzzRead(f *testing.F) {
	f.Add(body(f, sample()))
	f.Add([]byte("\x22" + `{"image":{"layers":[{},{},{}]}}   ` + "\x00\x00\x00"))
	f.Fuzz(func(t *testing.T, body []byte) {
		if r, err := readBody(bytes.NewReader(body)); err == nil {
			use(r)
		}
	})
}

func FuzzReadFile(f *testing.F) {
	var file bytes.Buffer
	if err := Write(&file, sample()); err != nil {
		f.Fatal(err)
	}
	f.Add(file.Bytes())
	f.Fuzz(func(t *testing.T, data []byte) {
		if r, err := Read(bytes.NewReader(data)); err == nil {
			use(r)
		}
	})
}

// BenchmarkRecord tells how large a record is, and how fast.
func BenchmarkRecord(b *testing.B) {
	build := image.NewBuilder()
	for i := range 100_000 {
		build.Add(image.Entry{Path: fmt.Sprintf("usr/lib/d%d/e%d/file-%d", i/10_000, i/100, i), Size: int64(i), Sum: uint64(i) * 0x9e3779b97f4a7c15, ModTime: 1700000000})
	}
	r := Record{Image: &image.Image{Layers: []image.Layer{{Tree: build.Tree()}}}}
	var file bytes.Buffer
	b.Run("write", func(b *testing.B) {
		for b.Loop() {
			file.Reset()
			if err := Write(&file, r); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(file.Len())/1e5, "B/file")
	})
	b.Run("read", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := Read(bytes.NewReader(file.Bytes())); err != nil {
				b.Fatal(err)
			}
		}
	})
}
