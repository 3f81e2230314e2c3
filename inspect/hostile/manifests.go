package hostile

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// manifests and indexes.
func manifests() []Case {
	with := func(change func(m map[string]any)) func(string) (string, error) {
		return func(dir string) (string, error) {
			p := around()
			p.manifest = change
			return p.layout(dir)
		}
	}
	instead := func(b string) func(string) (string, error) {
		p := around()
		p.rawManifest = []byte(b)
		return p.layout
	}
	index := func(change func(ix map[string]any)) func(string) (string, error) {
		p := around()
		p.index = change
		return p.layout
	}
	indexRaw := func(b string) func(string) (string, error) {
		p := around()
		p.rawIndex = []byte(b)
		return p.layout
	}
	return []Case{
		{Name: "a hundred thousand layers", Cut: true, Write: with(func(m map[string]any) {
			l := m["layers"].([]any)
			for range 100_000 {
				l = append(l, map[string]any{"mediaType": layerType, "size": 1, "digest": zeroDigest})
			}
			m["layers"] = append(l, l[1])
		})},
		{Name: "a million layers", Write: func(dir string) (string, error) {
			p := around()
			p.manifest = func(m map[string]any) { m["layers"] = append(m["layers"].([]any), "MILLION") }
			p.after = func(string) error { return nil }
			ref, err := p.layout(dir)
			if err != nil {
				return "", err
			}
			one := `{"mediaType":"` + layerType + `","size":1,"digest":"` + zeroDigest + `"}`
			return ref, rewrite(ref, `"MILLION"`, strings.TrimSuffix(strings.Repeat(one+",", 1_000_000), ","))
		}, Refused: true},
		{Name: "layers that are no list", Write: with(func(m map[string]any) { m["layers"] = "all of them" }), Refused: true},
		{Name: "layers that are null", Write: with(func(m map[string]any) {
			l := m["layers"].([]any)
			m["layers"] = []any{l[0], nil, map[string]any{}, l[1]}
		})},
		{Name: "no layers", Write: with(func(m map[string]any) { m["layers"] = []any{} })},
		{Name: "a configuration that is null", Write: with(func(m map[string]any) { m["config"] = nil })},
		{Name: "a configuration that is a layer", Write: with(func(m map[string]any) { m["config"] = m["layers"].([]any)[0] })},
		{Name: "media types that drive the terminal", Names: true, Write: with(func(m map[string]any) {
			m["layers"].([]any)[0].(map[string]any)["mediaType"] = "\x1b[2J\u202eevil"
		})},
		plain(Case{Name: "urls to files", Write: with(func(m map[string]any) {
			m["layers"].([]any)[0].(map[string]any)["urls"] = []any{"file:///etc/passwd", "http://127.0.0.1:1/"}
		})}),
		{Name: "half a million annotations", Write: with(func(m map[string]any) {
			a := map[string]any{}
			for i := range 500_000 {
				a[fmt.Sprintf("a%d", i)] = "x"
			}
			m["annotations"] = a
		})},
		{Name: "not JSON", Write: instead("\x1b[2J this is no manifest"), Refused: true},
		{Name: "empty", Write: instead(""), Refused: true},
		{Name: "a list", Write: instead(`[1,2,3]`), Refused: true},
		{Name: "of the first schema", Write: instead(`{"schemaVersion":1,"name":"x","fsLayers":[{"blobSum":"` + zeroDigest + `"}],"history":[]}`), Refused: true},
		{Name: "nested a million deep", Write: instead(strings.Repeat("[", 1<<20)), Refused: true},
		{Name: "nested in a field", Write: instead(`{"schemaVersion":2,"x":` + strings.Repeat(`{"x":`, 1<<18)), Refused: true},
		{Name: "a manifest of 64 MB", Write: instead(`{"schemaVersion":2,"x":"` + strings.Repeat("x", 64<<20) + `"}`), Refused: true},
		{Name: "an index that names itself", Write: func(dir string) (string, error) {
			self := "sha256:" + strings.Repeat("ab", 32)
			p := around()
			p.index = func(ix map[string]any) {
				ix["manifests"] = []any{map[string]any{"mediaType": indexType, "digest": self, "size": 1}}
			}
			p.after = func(dir string) error {
				body := `{"schemaVersion":2,"mediaType":"` + indexType + `","manifests":[{"mediaType":"` + indexType + `","digest":"` + self + `","size":1}]}`
				return os.WriteFile(filepath.Join(dir, "blobs", "sha256", self[7:]), []byte(body), 0o644)
			}
			return p.layout(dir)
		}, Refused: true},
		{Name: "indexes a thousand deep", Write: func(dir string) (string, error) {
			p := around()
			var inner map[string]any
			p.index = func(ix map[string]any) { inner = ix["manifests"].([]any)[0].(map[string]any) }
			ref, err := p.layout(dir)
			for i := 0; i < 1000 && err == nil; i++ {
				ix := fmt.Sprintf(`{"schemaVersion":2,"manifests":[{"mediaType":%q,"digest":%q,"size":%v}]}`, inner["mediaType"], inner["digest"], inner["size"])
				var digest string
				digest, err = put(filepath.Join(ref, "blobs", "sha256"), []byte(ix))
				inner = map[string]any{"mediaType": indexType, "digest": digest, "size": len(ix)}
				if i == 999 && err == nil {
					err = os.WriteFile(filepath.Join(ref, "index.json"), []byte(ix), 0o644)
				}
			}
			return ref, err
		}, Refused: true},
		{Name: "an index of two hundred thousand", Write: index(func(ix map[string]any) {
			all := ix["manifests"].([]any)
			for i := range 200_000 {
				all = append(all, map[string]any{"mediaType": manifestType, "digest": fmt.Sprintf("sha256:%064x", i), "size": 1, "annotations": map[string]any{"org.opencontainers.image.ref.name": fmt.Sprintf("\x1b[31m%d", i)}})
			}
			ix["manifests"] = all
		}), Refused: true},
		{Name: "an index of nothing", Write: index(func(ix map[string]any) { ix["manifests"] = []any{} }), Refused: true},
		{Name: "an index that is null", Write: indexRaw(`null`), Refused: true},
		{Name: "an index of 64 MB", Write: indexRaw(`{"schemaVersion":2,"x":"` + strings.Repeat("x", 64<<20) + `"}`), Refused: true},
		{Name: "an index without its end", Write: indexRaw(`{"schemaVersion":2,"manifests":[{"dig`), Refused: true},
		{Name: "platforms that drive the terminal", Refused: true, Names: true, Write: index(func(ix map[string]any) {
			m := ix["manifests"].([]any)[0].(map[string]any)
			other := map[string]any{"mediaType": manifestType, "digest": zeroDigest, "size": 1, "annotations": map[string]any{"org.opencontainers.image.ref.name": "\x1b]0;owned\a"}}
			m["annotations"] = map[string]any{"io.containerd.image.name": "\x1b[2J\u202eevil:\r\n1"}
			ix["manifests"] = []any{m, other}
		})},
		{Name: "a manifest called an index", Write: func(dir string) (string, error) {
			p := around()
			p.index = func(ix map[string]any) { ix["manifests"].([]any)[0].(map[string]any)["mediaType"] = indexType }
			return p.layout(dir)
		}},
	}
}
