package saving_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stagedive/stagedive/model/finding"
	"github.com/stagedive/stagedive/model/image"
	"github.com/stagedive/stagedive/model/saving"
)

// layer is one layer of a test image: what made it, and its files as "PATH SIZE".
type layer struct {
	by    string
	line  int // -1 the base image's
	files string
}

func input(layers ...layer) saving.Input {
	im := &image.Image{}
	var trees []*image.Tree
	for k, l := range layers {
		b := image.NewBuilder()
		for line := range strings.SplitSeq(l.files, ";") {
			f := append(strings.Fields(line), "", "")
			e := image.Entry{Path: f[0], Sum: 1}
			switch {
			case f[0] == "":
				continue
			case f[0] == "-":
				e.Path, e.Type = f[1], image.Whiteout
			default:
				fmt.Sscan(f[1], &e.Size)
			}
			b.Add(e)
		}
		trees = append(trees, b.Tree())
		im.Layers = append(im.Layers, image.Layer{Index: k, CreatedBy: l.by, Tree: trees[k], Origin: image.Origin{Stage: -1, Line: max(l.line, 0), Base: l.line < 0}})
	}
	return saving.Input{Image: im, Tree: image.Stack(trees...)}
}

func TestOf(t *testing.T) {
	apt := "RUN /bin/sh -c apt-get install -y curl"
	for _, tt := range []struct {
		name string
		in   saving.Input
		want string // kind path files bytes layer, base, kept; then how
	}{
		{"documentation, with the licences apart", input(
			layer{"ADD x", -1, "usr/share/doc/libc/changelog 500;usr/share/doc/libc/copyright 30;bin/sh 5"},
			layer{apt, 3, "usr/share/doc/curl/README 100;usr/share/doc/curl/copyright 7;usr/share/man/man1/curl.1 80;usr/share/info/x.info 10;usr/bin/curl 999"},
		), `documentation /usr/share/doc 1 100 1
			line 3: end this RUN with && find /usr/share/doc -type f ! -iname 'copyright*' ! -iname 'copying*' ! -iname 'licen*' ! -iname 'notice*' ! -iname 'patents*' -delete; apt-get install --no-install-recommends brings less of it in the first place
			manual pages /usr/share/man 1 80 1
			line 3: end this RUN with && rm -rf /usr/share/man/*; apt-get install --no-install-recommends brings less of it in the first place
			info pages /usr/share/info 1 10 1
			line 3: end this RUN with && rm -rf /usr/share/info/*; apt-get install --no-install-recommends brings less of it in the first place
			licences /usr/share/doc 1 7 1 kept
			leave them: most licences ask that their text goes along
			documentation /usr/share/doc 1 500 0 base
			the base image brings it, and removing it here frees nothing: choose a smaller variant of the base image
			licences /usr/share/doc 1 30 0 base kept
			leave them: most licences ask that their text goes along`},
		{"what a later layer removes is no longer there to go", input(
			layer{apt, 3, "usr/share/man/man1/curl.1 80;x 1"}, layer{"RUN rm", 4, "- usr/share/man"},
		), ``},
		{"locales, but those that the image sets", func() saving.Input {
			in := input(layer{"RUN dnf install glibc", 2, "usr/share/locale/de/LC_MESSAGES/a.mo 10;usr/share/locale/de_AT/a.mo 5;usr/share/locale/fr/a.mo 20;usr/share/locale/locale.alias 3;usr/lib/locale/locale-archive 1000;usr/lib/locale/C.utf8/LC_CTYPE 50"})
			in.Image.Config.Env = []string{"PATH=/bin", "LANG=de_DE.UTF-8"}
			return in
		}(), `locales /usr/share/locale 1 20 0
			line 2: end this RUN with && find /usr/share/locale -mindepth 1 -maxdepth 1 -type d ! -name 'de*' -exec rm -r {} +, unless containers are started in other languages`},
		{"locales of an image that sets none", input(
			layer{"", 0, "usr/share/locale/de/a.mo 10;usr/share/locale/fr/a.mo 20;usr/lib/locale/locale-archive 1000;usr/lib/locale/C.utf8/LC_CTYPE 50;usr/share/i18n/charmaps/x 5"},
		), `locales /usr/lib/locale/locale-archive 1 1000 0
			layer 1: remove it in the instruction that stores it: in a later one it frees nothing
			locales /usr/share/locale 2 30 0
			layer 1: remove it in the instruction that stores it: in a later one it frees nothing
			locales /usr/share/i18n 1 5 0
			layer 1: remove it in the instruction that stores it: in a later one it frees nothing`},
		{"a cache, as the finding has it", func() saving.Input {
			in := input(layer{"RUN npm ci", 4, "root/.npm/_cacache/content-v2/x 100;root/.npm/_cacache/README.md 5;root/.npm/other 3"})
			in.Findings = []finding.Finding{
				{Category: finding.Cache, Title: "npm cache", Path: "/root/.npm/_cacache", Layer: 0, Evidence: []string{"2 files"}, Fix: "line 4: mount it"},
				{Category: finding.Cache, Path: "/gone"},
				{Category: finding.Secret, Path: "/root/.npm/other"},
			}
			return in
		}(), `cache /root/.npm/_cacache 2 105 0
			line 4: mount it`},
		{"bytecode with its source, and programs without", input(
			layer{"RUN pip install x", 5, "usr/lib/python3.12/site-packages/x/a.py 10;usr/lib/python3.12/site-packages/x/__pycache__/a.cpython-312.pyc 8;usr/lib/python3.12/site-packages/x/__pycache__/a.cpython-312.opt-1.pyc 7;usr/lib/python3.12/site-packages/x/__pycache__/b.cpython-312.pyc 6;usr/lib/python3.12/os.py 9;usr/lib/python3.12/__pycache__/os.cpython-312.pyc 4"},
			layer{"COPY . /app # buildkit", 6, "app/src/m.py 5;app/src/__pycache__/m.cpython-312.pyc 3;app/only.pyc 2;app/old.py 1;app/old.pyc 1"},
		), `Python bytecode /usr/lib/python3.12/site-packages 2 15 0
			line 5: set ENV PYTHONDONTWRITEBYTECODE=1 before it and install with pip install --no-compile; starting takes longer then, as Python compiles each time
			Python bytecode /app 2 4 1
			line 6: name **/__pycache__ in .dockerignore; Python compiles what it needs when it starts
			Python bytecode /usr/lib/python3.12 1 4 0
			line 5: set ENV PYTHONDONTWRITEBYTECODE=1 before it and install with pip install --no-compile; starting takes longer then, as Python compiles each time`},
		{"tests of packages, and what only looks like them", input(
			layer{"RUN npm ci", 5, strings.Join([]string{
				"app/node_modules/a/package.json 1", "app/node_modules/a/test/x.js 10", "app/node_modules/a/lib/test/x.js 99", "app/node_modules/test/index.js 99", "app/node_modules/test/package.json 1",
				"app/node_modules/@s/tests/index.js 99", "app/node_modules/b/lib/__tests__/y.js 20", "app/node_modules/a/README.md 4", "app/node_modules/a/LICENSE.md 4", "app/test/mine.js 50",
				"app/node_modules/a/node_modules/c/package.json 1", "app/node_modules/a/node_modules/c/tests/z.js 30",
			}, ";")},
			layer{"COPY --from=build /py /py # buildkit", 6, "py/site-packages/n/tests/test_a.py 40;py/site-packages/n/tests/data.bin 60;py/site-packages/m/tests/helper.py 70;py/site-packages/tests/test_x.py 80"},
		), `tests of packages /py/site-packages 2 100 1
			line 6: leave it out in build, before it is copied
			tests of packages /app/node_modules 3 60 0
			line 5: remove them at the end of this RUN, but not whatever is named so: a package may need what only looks like its tests; npm ci --omit=dev brings fewer packages in the first place
			documentation /app/node_modules 1 4 0
			line 5: end this RUN with && find /app/node_modules -name '*.md' ! -iname 'copyright*' ! -iname 'copying*' ! -iname 'licen*' ! -iname 'notice*' ! -iname 'patents*' -delete; npm ci --omit=dev brings fewer packages in the first place`},
		{"what content proved", func() saving.Input {
			in := input(
				layer{"RUN make install", 5, "usr/lib/libx.a 3000000;usr/lib/liby.a 10;usr/lib/libz.a 20;usr/bin/p 500;usr/bin/q 600;app/x.js 5;app/x.js.map 50;app/lonely.map 9;usr/bin/big 9000000"},
				layer{"RUN go build", 6, "usr/bin/q 700;usr/lib/debug/a.debug 44"},
			)
			in.Proofs = [][]saving.Proof{{
				{Path: "/usr/lib/libx.a", Kind: saving.Static},
				{Path: "/usr/lib/liby.a", Kind: saving.Static},
				{Path: "/usr/lib/libz.a", Kind: saving.Static},
				{Path: "/usr/bin/p", Kind: saving.Debug, Debug: 100, Symbols: 50},
				{Path: "/usr/bin/big", Kind: saving.Debug, Debug: 2_000_000},
				{Path: "/usr/bin/q", Kind: saving.Debug, Debug: 100}, // the next layer has another there
				{Path: "/app/x.js.map", Kind: saving.Maps},
				{Path: "/app/lonely.map", Kind: saving.Maps},
				{Path: "/nowhere", Kind: saving.Maps},
			}, {{Path: "/usr/bin/q", Kind: saving.Debug, Symbols: 70}, {Path: "/usr/lib/debug/a.debug", Kind: saving.Debug, Debug: 40}}}
			return in
		}(), `static libraries /usr/lib/libx.a 1 3000000 0
			line 5: link in a build stage and COPY --from it what runs; or end this RUN with && rm /usr/lib/libx.a
			debug symbols /usr/bin/big 1 2000000 0
			line 5: end this RUN with && strip --strip-unneeded /usr/bin/big
			debug symbols /usr/bin 1 150 0
			line 5: strip --strip-unneeded each of them at the end of this RUN
			debug symbols /usr/bin 1 70 1
			line 6: build with -ldflags='-s -w'
			source maps /app 1 50 0
			line 5: build without source maps, or end this RUN with && find /app -name '*.js.map' -delete
			debug symbols /usr/lib/debug 1 44 1
			line 6: do not install packages of debug symbols (-dbg, -dbgsym, -debuginfo)
			static libraries /usr/lib 2 30 0
			line 5: link in a build stage and COPY --from it what runs; or end this RUN with && rm /usr/lib/*.a`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := saving.Of(tt.in)
			var got []string
			var own, base int64
			for _, it := range r.Items {
				s := fmt.Sprintf("%s %s %d %d %d", it.Kind, it.Path, it.Files, it.Bytes, it.Layer)
				if it.Base {
					s += " base"
				}
				switch {
				case !it.Suggested:
					s += " kept"
				case it.Base:
					base += it.Bytes
				default:
					own += it.Bytes
				}
				got = append(got, s, it.How)
				if it.Suggested && len(it.Evidence) == 0 {
					t.Errorf("%s is suggested without evidence", s)
				}
			}
			var want []string
			for s := range strings.SplitSeq(tt.want, "\n") {
				if s = strings.TrimSpace(s); s != "" {
					want = append(want, s)
				}
			}
			if strings.Join(got, "\n") != strings.Join(want, "\n") {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
			}
			if r.Own != own || r.Base != base {
				t.Errorf("own %d, base %d; items %d and %d", r.Own, r.Base, own, base)
			}
		})
	}
}

// BenchmarkSavings looks through 1,000,000 files.
func BenchmarkSavings(b *testing.B) {
	build := image.NewBuilder()
	for i := range 1_000_000 {
		build.Add(image.Entry{Path: fmt.Sprintf("usr/lib/python3.12/site-packages/d%d/tests/e%d/test_%d.py", i/10_000, i/100, i), Size: 1000, Sum: 1})
	}
	tree := build.Tree()
	in := saving.Input{Image: &image.Image{Layers: []image.Layer{{Tree: tree}}}, Tree: image.Stack(tree)}
	b.ReportAllocs()
	for b.Loop() {
		saving.Of(in)
	}
}

// What a finding has named already is not named again.
func TestLargestIsToldOnce(t *testing.T) {
	in := input(layer{"RUN npm ci", 4, "root/.npm/_cacache/content-v2/a 100;root/.npm/_cacache/index-v5/b 5"})
	in.Findings = []finding.Finding{{
		Category: finding.Cache, Title: "npm cache", Path: "/root/.npm/_cacache",
		Evidence: []string{"2 files below /root/.npm/_cacache", "the largest is /root/.npm/_cacache/content-v2/a, 100 B"},
	}}
	items := saving.Of(in).Items
	if len(items) == 0 {
		t.Fatal("the cache is not told of")
	}
	all := strings.Join(items[0].Evidence, "\n")
	if strings.Count(all, "content-v2/a") != 1 || !strings.Contains(all, "then /root/.npm/_cacache/index-v5/b") {
		t.Errorf("evidence:\n%s", all)
	}
}
