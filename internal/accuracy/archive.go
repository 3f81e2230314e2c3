package accuracy

import (
	"archive/zip"
	"bytes"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
)

// archive is an ar archive with one object, as static libraries are.
func archive(name string, object []byte) []byte {
	b := fmt.Appendf([]byte("!<arch>\n"), "%-16s%-12d%-6d%-6d%-8o%-10d`\n", name+"/", 0, 0, 0, 0o644, len(object))
	b = append(b, object...)
	if len(object)%2 == 1 {
		b = append(b, '\n')
	}
	return b
}

// jar is a zip with a manifest of these lines and some classes. A line that begins with
// a + is a further entry, of the name behind it; those after it are its content.
func jar(text []string, size int, rng *rand.Rand) []byte {
	files := map[string][]byte{"com/example/Main.class": append([]byte("\xca\xfe\xba\xbe\x00\x00\x00\x41"), noise(rng, size)...)}
	manifest := "Manifest-Version: 1.0\r\n"
	at := ""
	for _, line := range text {
		name, isName := strings.CutPrefix(line, "+")
		switch {
		case isName:
			at = name
			files[at] = nil
		case at == "":
			manifest += line + "\r\n"
		default:
			files[at] = append(files[at], line+"\n"...)
		}
	}
	files["META-INF/MANIFEST.MF"] = []byte(manifest + "\r\n")
	for name, data := range files {
		if data == nil && strings.HasSuffix(name, ".class") {
			files[name] = append([]byte("\xca\xfe\xba\xbe\x00\x00\x00\x41"), noise(rng, 300)...)
		}
	}
	return zipped(files)
}

// zipped writes the manifest first, as jar tools do.
func zipped(files map[string][]byte) []byte {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	names := slices.SortedFunc(maps.Keys(files), func(a, b string) int {
		if m := strings.Compare(b, "META-INF/"); a == "META-INF/MANIFEST.MF" && m != 0 {
			return -1
		}
		if b == "META-INF/MANIFEST.MF" {
			return 1
		}
		return strings.Compare(a, b)
	})
	for _, name := range names {
		w, err := z.Create(name)
		if err == nil {
			_, err = w.Write(files[name])
		}
		if err != nil {
			panic(err) // a buffer takes all
		}
	}
	if err := z.Close(); err != nil {
		panic(err)
	}
	return b.Bytes()
}
